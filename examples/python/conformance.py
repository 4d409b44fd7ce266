#!/usr/bin/env python3
"""Areas used-bits and entry-sync, for check --impl "process:python3 examples/python/conformance.py".

The three areas of guests and drivers stand in files of their own, those of a translating unit in vtd/.
"""
import json
import sys

from binding import binding
from domain_replace import domain_replace
from smmu_nesting import smmu_nesting
from vtd.areas import AREAS as AREAS_OF_A_UNIT


def bits(high, low, word=0):
    """Ones in bits high:low of a word; an entry is one integer, word 0 lowest."""
    return ((2 << (high - low)) - 1) << (low + 64 * word)


def field(entry, high, low, word=0):
    return (entry & bits(high, low, word)) >> (low + 64 * word)


# VT-d 9.6, by PGTT: AW, PGTT, DID, PWSNP and PGSNP always; then FPD, and the fields of each stage.
ALWAYS = bits(0, 0) | bits(4, 2) | bits(8, 6) | bits(15, 0, 1) | bits(24, 23, 1)
FPD, SECOND, FIRST = bits(1, 1), bits(9, 9) | bits(63, 12), bits(3, 2, 2) | bits(63, 12, 2)
NESTED = bits(0, 0, 2) | bits(4, 4, 2) | bits(7, 7, 2)  # SRE, WPE, EAFE
BY_PGTT = {1: ALWAYS | FIRST, 2: ALWAYS | FPD | SECOND, 3: ALWAYS | FPD | SECOND | FIRST | NESTED, 4: ALWAYS | FPD}


def pasid_used(entry):
    return BY_PGTT.get(field(entry, 8, 6), 1) if entry & 1 else 1


# Arm IHI 0070, 5.2: stage 1, stage 2, and SHCFG of what passes a stage by.
S1 = bits(5, 4) | bits(51, 6) | bits(63, 59) | bits(7, 0, 1) | bits(19, 19, 1) | bits(31, 27, 1) | bits(15, 0, 2)
SHCFG, MEV, ATS = bits(45, 44, 1), bits(19, 19, 1), bits(28, 28, 1)
S2 = (MEV | bits(25, 25, 1) | bits(29, 28, 1) | SHCFG | bits(15, 0, 2) | bits(52, 32, 2) | bits(54, 54, 2)
      | bits(58, 57, 2) | bits(51, 4, 3))


def ste_used(entry):
    """Config bit 2 is "not abort", bit 1 stage 2, bit 0 stage 1."""
    config = field(entry, 3, 1)
    if not entry & 1 or config < 4:  # aborts
        return bits(3, 0) if entry & 1 else 1
    bypassed = config == 4 or (config & 1 and field(entry, 1, 0, 1) == 1)  # S1DSS
    return bits(3, 0) | (S1 if config & 1 else 0) | (S2 if config & 2 else 0) | (SHCFG if bypassed else 0)


def ste_safe(old, new):
    """MEV at any time; full ATS unless split ATS or a stalling stage 2 makes it illegal in between."""
    return MEV if (old | new) & (bits(29, 29, 1) | bits(57, 57, 2)) else MEV | ATS


def cd_used(entry):
    """Arm IHI 0070, 5.4: everything, but with EPD0 what walks of TTB0 would need."""
    if not entry & bits(31, 31):
        return bits(31, 31)
    return bits(511, 0) & ~(bits(13, 0) | bits(51, 4, 1) if entry & bits(14, 14) else 0)


def synthetic(layout):
    valid = bits(layout["valid"]["bit"], layout["valid"]["bit"], layout["valid"]["word"])
    low, size = 64 * layout["valid"]["word"] + layout["mode"]["low"], layout["quantumWords"]
    mode_bits = ((1 << layout["mode"]["width"]) - 1) << low
    modes, safe = dict(enumerate(map(from_words, layout["modes"]))), from_words(layout["safe"])
    used = lambda entry: valid | (mode_bits | modes.get((entry & mode_bits) >> low, 0) if entry & valid else 0)
    return used, lambda old, new: safe, size, layout["quanta"], layout["valid"]["word"] // size, None


# used, safe, words of a quantum, quanta, the one that holds V, what a sync does.
FORMATS = {
    "vtd-pasid": (pasid_used, lambda old, new: 0, 2, 4, 0, ["invalidate-pasid-cache"]),
    "smmu-ste": (ste_used, ste_safe, 1, 8, 0, ["cfgi-ste", "wait"]),
    "smmu-cd": (cd_used, lambda old, new: 0, 1, 8, 0, ["cfgi-cd", "wait"]),
    "amd-dte": (None, None, 2, 2, 0, ["flush-dte"]),
}


def from_words(words):
    return sum(word << (64 * n) for n, word in enumerate(words))


def to_words(entry, count):
    return [hex(entry >> (64 * n) & (2**64 - 1)) for n in range(count)]


class Writer:
    def __init__(self, case):
        shape = synthetic(case["layout"]) if case["format"] == "synthetic" else FORMATS[case["format"]]
        self.used, self.safe, self.size, self.quanta, self.valid, actions = shape
        if case["format"] == "vtd-pasid" and not case["profile"]["ecap"] & 1:
            actions = ["flush-entry", *actions]  # ECAP.C: the unit does not snoop
        self.sync = {"op": "sync", "actions": actions} if actions else {"op": "sync"}
        self.memory, self.trace = from_words(case["from"]), []

    def quantum(self, entry, n):
        return entry >> (64 * self.size * n) & (2 ** (64 * self.size) - 1)

    def step(self, entry, quanta, sync=True):
        """Stores the quanta that differ; then a sync if there was one."""
        differing = [n for n in quanta if self.quantum(entry ^ self.memory, n)]
        for n in differing:
            self.memory ^= self.quantum(entry ^ self.memory, n) << (64 * self.size * n)
            self.trace.append({"op": "store", "quantum": n, "value": to_words(self.quantum(entry, n), self.size)})
        if differing and sync:
            self.trace.append(self.sync)

    def write(self, target):
        """Prepare what is ignored, swap the one quantum that matters, clean up; or break."""
        everything, target_used = range(self.quanta), self.used(target)
        kept = self.used(self.memory) & ~(self.safe(self.memory, target) & target_used)
        prepared = (self.memory & kept) | (target & ~kept)
        critical = [n for n in everything if self.quantum((prepared ^ target) & target_used, n)]
        if len(critical) != 1:
            critical, prepared = [self.valid] if critical else [], target
            self.step(0, critical)
        self.step(prepared, [n for n in everything if n not in critical])
        self.step(target, critical)
        self.step(target, everything)

    def write_amd(self, target):
        """Hardware reads it whole: the half with V and GV goes last when one is set, first when cleared."""
        old, own, valid, guest = self.memory, bits(55, 52, 2), bits(0, 0), bits(0, 0) | bits(55, 55)
        target = (target & ~bits(63, 0, 2)) | (old & bits(63, 0, 2) & ~own) | (target & own)
        both = old & target
        if both & guest == guest and not (old ^ target) & bits(55, 54, 2):  # the same levels
            return self.step(target, [0], sync=False)  # the caller flushes
        if both & guest == guest and (old ^ target) & bits(127, 0):
            self.step(0, [0])
            self.step(target, [1])
        lower_first = old & valid and (not target & valid or old & ~target & bits(55, 55))
        return self.step(target, [0, 1] if lower_first else [1, 0])


def used_bits(case):
    used, safe, *_ = FORMATS[case["format"]]
    entry, target = from_words(case["entry"]), case.get("target")
    answer = {"used": to_words(used(entry), 8)}
    return {**answer, "safe": to_words(safe(entry, from_words(target)), 8)} if target else answer


def entry_sync(case):
    writer = Writer(case)
    (writer.write_amd if case["format"] == "amd-dte" else writer.write)(from_words(case["to"]))
    return {"trace": writer.trace}


def decoded(value):
    """A case with its 64-bit values, "0x…" strings in JSON, as integers."""
    if isinstance(value, str) and value.startswith("0x"):
        return int(value, 16)
    if isinstance(value, list):
        return [decoded(item) for item in value]
    if isinstance(value, dict):
        return {name: decoded(item) for name, item in value.items()}
    return value


AREAS = {
    "used-bits": used_bits,
    "entry-sync": entry_sync,
    "binding": binding,
    "domain-replace": domain_replace,
    "smmu-nesting": smmu_nesting,
    **AREAS_OF_A_UNIT,
}
HELLO = {"name": "conformance-python", "version": "1.0", "profile": "any", "areas": list(AREAS)}


def reply_to(request):
    if request["op"] == "hello":
        return HELLO
    if request["op"] != "run":
        return {"error": "unknown op"}
    case = decoded(request["case"])
    return {"observation": AREAS[case["area"]](case)}


for message in map(json.loads, sys.stdin):
    if message["op"] == "bye":
        break
    print(json.dumps({"id": message["id"], **reply_to(message)}), flush=True)
