"""Walks of second-stage, first-stage and nested tables (3.6 to 3.10)."""
from .caches import shift
from .entries import bits, ones
from .faults import Fault, ReadError


class Memory:
    """Words by address. What is backed but never written is zero."""

    def __init__(self, runs, backed):
        self.words = {run["address"] + 8 * n: word for run in runs for n, word in enumerate(run["words"])}
        self.backed, self.changed, self.pending = backed, set(), []

    def answers(self, address, size=8):
        return any(part["start"] <= address and address + size <= part["end"] for part in self.backed)

    def read(self, address, count=1):
        if not self.answers(address, 8 * count):
            raise ReadError
        if self.pending:
            self.store(self.pending.pop(0))
        return tuple(self.words.get(address + 8 * n, 0) for n in range(count))

    def store(self, store):
        self.words |= {store["address"] + 8 * n: word for n, word in enumerate(store["words"])}

    def store_pending(self):
        while self.pending:
            self.store(self.pending.pop(0))

    def set_flags(self, address, word, flags):
        """An atomic update of an entry that still is what was read (3.6.2)."""
        if self.words.get(address, 0) != word:
            raise Changed
        self.words[address] = word | flags
        self.changed.add(address)


class Changed(Exception):
    """An entry changed under the walk, which starts again."""


class Page:
    """What the IOTLB keeps: a page, the final rights of user and supervisor, and tags."""

    first_stage, snoop, user, fs_write, wpe, dirty = False, False, True, True, False, True
    domain, pasid, fpd, sre, pgsnp, rid_privileged, passes_through = 0, 0, False, True, False, False, False

    def __init__(self, base, size_bits, read=True, write=True, **more):
        self.base, self.bits, self.read, self.write = base, size_bits, read, write
        self.__dict__.update(more)

    def target(self, address):
        return self.base | address & ones(self.bits - 1, 0)

    def rights(self, privileged):
        """Read and write, of supervisors or users (3.6.1, 3.8.1)."""
        reached = privileged or self.user
        writes = self.fs_write or (privileged and not self.wpe)
        return reached and self.read, reached and self.write and writes


class SecondStage:
    """The rules of second-stage tables: reserved bits, rights, and the names of their faults."""

    def __init__(self, caps, legacy, io_rights=False):
        self.caps, self.legacy = caps, legacy
        self.top_error, self.error = ("LCT.4.3", "LSS.1") if legacy else ("SSS.4", "SSS.1")
        self.reserved_fault = "LSS.2" if legacy else "SSS.3"
        self.read_bit, self.write_bit = (61, 62) if io_rights else (0, 1)
        self.always = ones(51, caps.haw) | (0 if io_rights else 1 << 62)

    def rights(self, word):
        return bool(word >> self.read_bit & 1), bool(word >> self.write_bit & 1)

    def is_page(self, word, level):
        return level == 1 or (level < 4 and bool(word & 0x80))

    def has_reserved(self, word, level):
        if not self.is_page(word, level):
            return word & (self.always | 0x800 | (0x80 if level > 3 else 0))
        mask = self.always | (0 if self.caps.SC else 0x800)
        if level > 1:
            mask |= ones(shift(level) - 1, 12) | (0 if self.caps.sslps >> (level - 2) & 1 else 0x80)
        return word & mask


class Walker:
    """
    Walks, by the caches where these know the way. `accept` is asked about the page that a walk ends at: it
    raises the fault of a request that may not go there, and says whether it writes, so that D is set.
    """

    def __init__(self, caps, memory, caches, second):
        self.caps, self.memory, self.caches, self.second = caps, memory, caches, second

    def read_word(self, address, fault):
        try:
            return self.memory.read(address)[0]
        except ReadError:
            raise Fault(fault) from None

    def second_stage(self, entry, address, accept=lambda page: False):
        rules, level, table, read, write = self.second, (entry.width - 12) // 9, entry.top, True, True
        missing = rules.top_error
        if known := self.caches.structure(self.caches.second, (entry.did,), level, address):
            below, (table, read, write) = known
            level, missing = below - 1, rules.error
        while True:
            location = table + 8 * bits(address, shift(level) + 8, shift(level))
            word = self.read_word(location, missing)
            own = rules.rights(word)
            if not any(own):
                return self.without_rights(level, accept)
            if rules.has_reserved(word, level):
                raise Fault(rules.reserved_fault)
            read, write = read and own[0], write and own[1]
            if not (read or write) and not rules.legacy:
                raise Fault("SSS.2")
            word = self.flag_second(entry, location, word, 0x100)
            if rules.is_page(word, level):
                page = Page(word & ones(51, shift(level)), shift(level), read, write)
                page.snoop = bool(self.caps.SC and word & 0x800)
                if accept(page):
                    word = self.flag_second(entry, location, word, 0x200)
                page.dirty = not entry.ssade or bool(word & 0x200)
                return page
            table, missing = word & ones(51, 12), rules.error
            self.caches.second[entry.did, level, address >> shift(level)] = table, read, write
            level -= 1

    def without_rights(self, level, accept):
        """An entry that grants nothing ends the walk; legacy mode knows missing rights only."""
        if not self.second.legacy:
            raise Fault("SSS.2")
        page = Page(0, shift(level), False, False)
        accept(page)
        return page

    def flag_second(self, entry, location, word, flag):
        if not entry.ssade or word & flag:
            return word
        if not entry.snooped:
            raise Fault("SSS.5")
        self.memory.set_flags(location, word, flag)
        return word | flag

    def first_stage(self, entry, address, accept):
        levels, nested = entry.fs_levels, entry.pgtt == 3
        top_bit = 11 + 9 * levels
        if address >> top_bit not in (0, ones(63 - top_bit, 0)):
            raise Fault("SGN.1")
        level, guest, host, rw, us = levels, entry.fs_top, None, True, True
        tags = entry.did, entry.pasid, nested
        if known := self.caches.structure(self.caches.first, tags, levels, address):
            below, (guest, host, rw, us) = known
            level = below - 1
        while True:
            if host is None:
                host = self.host_of_table(entry, guest, "SFS.6" if level == levels else "SFS.7")
            if level < levels:
                self.caches.first[(*tags, level + 1, address >> shift(level + 1))] = guest, host, rw, us
            offset = 8 * bits(address, shift(level) + 8, shift(level))
            at = guest + offset, host + offset
            word = self.read_word(at[1], "SFS.4" if level == levels else "SFS.1")
            self.check_first(entry, word, level)
            rw, us = rw and bool(word & 2), us and bool(word & 4)
            word = self.flag_first(entry, at, word, 0x420 if entry.eafe else 0x20)
            if level == 1 or (level < 4 and word & 0x80):
                break
            guest, host, level = word & ones(51, 12), None, level - 1
        page = self.final_page(entry, address, word, shift(level))
        page.user, page.fs_write, page.wpe, page.first_stage = us, rw, entry.wpe, True
        if accept(page):
            word = self.flag_first(entry, at, word, 0x40)
            if not page.dirty:
                page.dirty = self.final_page(entry, address, word, shift(level), lambda _: True).dirty
        page.dirty = page.dirty and bool(word & 0x40)
        return page

    def host_of_table(self, entry, guest, fault):
        """Where a first-stage table is. With second-stage flags on, reading needs both rights (3.8.1)."""
        if entry.pgtt != 3:
            return guest
        page = self.second_stage(entry, guest)
        if not page.read or (entry.ssade and not page.write):
            raise Fault(fault)
        return page.target(guest)

    def check_first(self, entry, word, level):
        if not word & 1:
            raise Fault("SFS.2")
        mask = ones(51, self.caps.haw)
        if level > 3:
            mask |= 0x80
        elif level > 1 and word & 0x80:
            mask |= ones(shift(level) - 1, 13) | (0x80 if level == 3 and not self.caps.fs1gp else 0)
        if word & mask:
            raise Fault("SFS.3")
        if entry.pgtt == 3 and word & ones(51, 12) >= entry.limit:
            raise Fault("SFS.5")

    def flag_first(self, entry, at, word, flags):
        if word & flags == flags:
            return word
        if not entry.snooped:
            raise Fault("SFS.9")
        guest, host = at
        if entry.pgtt == 3:
            page = self.second_stage(entry, guest, lambda page: page.write)
            if not page.write:
                raise Fault("SFS.8")
        self.memory.set_flags(host, word, flags)
        return word | flags

    def final_page(self, entry, address, word, size_bits, accept=lambda page: False):
        base = word & ones(51, size_bits)
        if entry.pgtt != 3:
            return Page(base, size_bits)
        guest = base | address & ones(size_bits - 1, 0)
        page = self.second_stage(entry, guest, accept)
        size_bits = min(size_bits, page.bits)
        page.base, page.bits = page.target(guest) & ~ones(size_bits - 1, 0), size_bits
        return page
