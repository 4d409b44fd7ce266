"""Host permission tables, which say what translated requests may reach (4.2.4, 9.12)."""
from .entries import bits, ones
from .faults import Fault, ReadError

# By level: where the index of the table and the number of the permission stand in an address.
INDEX = {4: (48, 41), 3: (40, 33), 2: (32, 25), 1: (24, 17)}
NUMBER = {3: (32, 30), 2: (24, 21), 1: (16, 12)}


def check_permission(unit, entry, request):
    permission = find_permission(unit, entry, request.address)
    read, write = permission & 1, permission & 2
    if request.op == "zero-length-read" and unit.caps.zlr:
        if not permission:
            raise Fault("HPT.4")
        return
    if request.op in ("write", "atomic") and not write:
        raise Fault("HPT.5")
    if request.op != "write" and not read:
        raise Fault("HPT.6")


def find_permission(unit, entry, address):
    """The permission of the lowest level that has one; 0 when the walk ends without."""
    cache, level, words = unit.caches.hpt, 4, None
    for cached in (1, 2, 3, 4):
        if words := cache.get((entry.hpt_did, cached, address >> 8 * cached + 9)):
            level = cached
            break
    else:
        words = read_entry(unit, entry.hpt_top + 0x1000 * bits(address, 51, 49), 4, address, "HPT.3")
    while True:
        check(unit.caps, level, words)
        whole = words[0] | (words[1] << 64 if level == 1 else 0)
        if whole or words[1] & 1:  # what says nothing may not be kept (6.2.6)
            cache[entry.hpt_did, level, address >> 8 * level + 9] = words
        if level < 4:
            if permission := whole >> 4 * bits(address, *NUMBER[level]) & 3:
                return permission
        if level == 1 or not words[1] & 1:
            return 0
        level -= 1
        words = read_entry(unit, words[1] & ones(51, 12), level, address, "HPT.1")


def read_entry(unit, table, level, address, fault):
    try:
        return unit.memory.read(table + 16 * bits(address, *INDEX[level]), 2)
    except ReadError:
        raise Fault(fault) from None


def check(caps, level, words):
    """Bits 3:2 of each permission are reserved, and where there is an address what is not part of it."""
    of_permissions = 0xcccc_cccc_cccc_cccc
    low = of_permissions
    if level > 2:
        low = ones(63, 0) if level == 4 or not caps.HPT1GPS else ones(63, 32) | 0xcccc_cccc
    high = of_permissions if level == 1 else ones(51, caps.haw) | 0xffe
    if words[0] & low or words[1] & high:
        raise Fault("HPT.2")
