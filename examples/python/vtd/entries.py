"""What a VT-d unit is (CAP, ECAP, widths) and what it makes of the entries of its tables (chapter 9)."""
from .faults import Fault


def bits(value, high, low):
    return value >> low & ((2 << (high - low)) - 1)


def ones(high, low):
    """A mask; empty when high is below low."""
    return ((1 << (high + 1)) - 1) & ~((1 << low) - 1)


ECAP_BITS = {
    "DT": 2, "PT": 6, "SC": 7, "MTS": 25, "NEST": 26, "PRS": 29, "SRS": 31, "NWFS": 33, "EAFS": 34,
    "PASID": 40, "DIT": 41, "PDS": 42, "SMTS": 43, "SSADS": 45, "SSTS": 46, "FSTS": 47, "SMPWCS": 48,
    "RPS": 49, "ADMS": 52, "RPRIVS": 53, "HPTS": 55, "PTRS": 56, "SSIRWS": 57, "HPT1GPS": 59,
}


class Capabilities:
    """CAP_REG and ECAP_REG by the names of their fields (11.4.2, 11.4.3)."""

    def __init__(self, profile):
        cap, ecap = profile["cap"], profile["ecap"]
        self.haw = profile["haw"]
        self.did_width, self.mgaw = 4 + 2 * bits(cap, 2, 0), bits(cap, 21, 16) + 1
        self.sagaw, self.sslps = bits(cap, 12, 8), bits(cap, 37, 34)
        self.zlr, self.psi, self.mamv = bits(cap, 22, 22), bits(cap, 39, 39), bits(cap, 53, 48)
        self.fs1gp, self.fs5lp, self.esrtps = bits(cap, 56, 56), bits(cap, 60, 60), bits(cap, 63, 63)
        self.pasid_width = bits(ecap, 39, 35) + 1
        for name, bit in ECAP_BITS.items():
            setattr(self, name, bits(ecap, bit, bit))
        self.above_haw = ones(63, self.haw)
        self.widest = 57 if self.sagaw & 8 or self.fs5lp else 48 if self.sagaw & 4 or self.FSTS else 39

    def table_width(self, aw):
        """Input bits of second-stage tables under AW: none when it is not supported."""
        return {1: 39, 2: 48, 3: 57}[aw] if 1 <= aw <= 3 and self.sagaw >> aw & 1 else 0

    def without(self, mask, *names):
        """The mask of a field that is reserved unless the unit has all that is named."""
        return 0 if all(getattr(self, name) for name in names) else mask


class Entry:
    """The fields of a context or PASID table entry that passed its own checks."""

    def __init__(self, **fields):
        self.__dict__.update(fields)

    def check_eptr(self):
        """SCT.4.3 is not met by all kinds of requests."""
        if self.eptr and not self.pasids:
            raise Fault("SCT.4")


def root_pointer(caps, words, half, legacy):
    """The context table of the half (0 or 1) of a root entry; a legacy one has no second half."""
    present, reserved = ("LRT.2", "LRT.3") if legacy else ("SRT.2", "SRT.3")
    word = words[half]
    if not word & 1:
        raise Fault(present)
    if word & (0xffe | caps.above_haw) or (legacy and words[1]):
        raise Fault(reserved)
    return word & ~0xfff


def legacy_context(caps, words):
    low, high = words
    if not low & 1:
        raise Fault("LCT.2")
    kind = bits(low, 3, 2)
    reserved = 0xff0 | (caps.above_haw if kind != 2 else 0)
    if low & reserved or high & (ones(63, 24) | 0x80 | (0xffff00 & ~(ones(caps.did_width - 1, 0) << 8))):
        raise Fault("LCT.3")
    if kind == 3 or (kind == 1 and not caps.DT) or (kind == 2 and not caps.PT):
        raise Fault("LCT.4.2")
    width = caps.table_width(bits(high, 2, 0))
    if not width and kind != 2:
        raise Fault("LCT.4.1")
    return Entry(ats=kind == 1, pass_through=kind == 2, top=low & ~0xfff, width=width, did=bits(high, 23, 8),
                 ssade=False)


def scalable_context(caps, words):
    low, second = words[:2]
    if not low & 1:
        raise Fault("SCT.2")
    reserved = (0x180 | caps.above_haw | caps.without(4, "DT") | caps.without(8, "PASID")
                | caps.without(16, "PRS") | caps.without(32, "HPTS") | caps.without(64, "PTRS"))
    of_second = ones(63, 21) | caps.without(0xfffff, "RPS") | caps.without(1 << 20, "RPRIVS")
    if low & reserved or second & of_second or any(words[2:]):
        raise Fault("SCT.3")
    context = Entry(dte=bits(low, 2, 2), pasids=bits(low, 3, 3), pre=bits(low, 4, 4), hpte=bits(low, 5, 5),
                      eptr=bits(low, 6, 6), most_pasids=1 << (bits(low, 11, 9) + 13), directory=low & ~0xfff,
                      rid_pasid=bits(second, 19, 0), rid_privileged=bool(bits(second, 20, 20)))
    if (context.pre and not context.dte) or context.rid_pasid >= context.most_pasids:
        raise Fault("SCT.4")
    return context


def directory_pointer(caps, word):
    if not word & 1:
        raise Fault("SPD.2")
    if word & (0xffc | caps.above_haw):
        raise Fault("SPD.3")
    return word & ~0xfff


def reserved_of_pasid_entry(caps):
    """What has to be zero in a present PASID table entry, word by word (9.6)."""
    below, wide_did = ones(caps.haw - 1, 12), 0xffff & ~ones(caps.did_width - 1, 0)
    return (
        0xc20 | caps.above_haw | caps.without(0x1c | below, "SSTS") | caps.without(0x200, "SSTS", "SSADS"),
        0xf87f0000 | wide_did | caps.without(1 << 23, "SMPWCS") | caps.without(1 << 24, "SC")
        | caps.without(ones(63, 32) | 3 << 25, "MTS"),
        0xf02 | caps.above_haw | caps.without(1, "SRS") | caps.without(0x1c | below, "FSTS")
        | caps.without(0x80, "EAFS"),
        ones(63, 0),
        0xff8 | caps.above_haw | caps.without(7 | below, "HPTS"),
        ones(63, 16) | wide_did | caps.without(0xffff, "HPTS"),
        ones(63, 0), ones(63, 0),
    )


def pasid_entry(caps, words):
    if not words[0] & 1:
        raise Fault("SPT.2")
    if any(word & mask for word, mask in zip(words, reserved_of_pasid_entry(caps))):
        raise Fault("SPT.3")
    pgtt = bits(words[0], 8, 6)
    has = {1: caps.FSTS, 2: caps.SSTS, 3: caps.NEST, 4: caps.PT}
    width = caps.table_width(bits(words[0], 4, 2))
    fspm = bits(words[2], 3, 2)
    if not has.get(pgtt) or (pgtt in (2, 3) and not width):
        raise Fault("SPT.4")
    if pgtt in (1, 3) and (fspm > 1 or (fspm and not caps.fs5lp)):
        raise Fault("SPT.4")
    limit = 1 << min(caps.mgaw, width)
    if pgtt == 3 and words[2] & ~0xfff >= limit:
        raise Fault("SPT.4")
    return Entry(
        pgtt=pgtt, did=bits(words[1], 15, 0), top=words[0] & ~0xfff, width=width, limit=limit,
        ssade=pgtt in (2, 3) and bool(bits(words[0], 9, 9)), snooped=bool(bits(words[1], 23, 23)),
        pgsnp=bool(bits(words[1], 24, 24)), sre=bool(words[2] & 1), wpe=bool(bits(words[2], 4, 4)),
        eafe=bool(bits(words[2], 7, 7)), fs_levels=4 + (fspm & 1), fs_top=words[2] & ~0xfff,
        hpt_size=bits(words[4], 1, 0), hpt_top=words[4] & ~0xfff, hpt_did=bits(words[5], 15, 0),
    )
