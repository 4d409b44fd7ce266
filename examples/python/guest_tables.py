"""The scalable-mode tables of a guest as its unit reads them (VT-d 9.2 to 9.6)."""
from host import field

# CAP and ECAP bits
FS5LP, MGAW, ND = 60, (21, 16), (2, 0)
DT, PT, SC, MTS, NEST, PRS, SRS, EAFS, PASID, SMTS = 2, 6, 7, 25, 26, 29, 31, 34, 40, 43
SSADS, SSTS, FSTS, SMPWCS, RPS, RPRIVS, HPTS, PTRS, PSS = 45, 46, 47, 48, 49, 53, 55, 56, (39, 35)
FIRST, SECOND, NESTED, PASS_THROUGH = 1, 2, 3, 4  # PGTT
ALL = 2**64 - 1


class GuestTables:
    def __init__(self, profile, memory):
        self.cap, self.ecap, self.memory = profile["cap"], profile["ecap"], memory
        self.above = ALL << profile["haw"] & ALL  # what no address has
        self.addresses = ALL & ~self.above & ~0xFFF

    def has(self, bit):
        return self.ecap >> bit & 1

    def without(self, bit, mask):
        """Bits of a field that are reserved where its capability is missing."""
        return 0 if self.has(bit) else mask

    def read(self, address, count):
        """Words; where no memory is, nothing is present."""
        return self.memory.read(address, count) or [0] * count

    def domain_ids(self):
        return (1 << 4 + 2 * field(self.cap, *ND)) - 1

    def context(self, rtaddr, source):
        """PASID directory, number of its entries, RID_PASID, PASIDE; None where all is blocked."""
        if field(rtaddr, 11, 10) != 1 or not self.has(SMTS):
            return None
        [root] = self.read((rtaddr & self.addresses) + 16 * (source >> 8) + 8 * (source >> 7 & 1), 1)
        if not root & 1 or root & (0xFFE | self.above):
            return None
        words = self.read((root & self.addresses) + 32 * (source & 0x7F), 4)
        low = 0x180 | self.above | self.without(HPTS, 0x20) | self.without(PTRS, 0x40)
        low |= self.without(PRS, 0x10) | self.without(PASID, 0x8) | self.without(DT, 0x4)
        high = 0xFFFFFFFFFFE00000 | self.without(RPRIVS, 0x100000) | self.without(RPS, 0xFFFFF)
        if not words[0] & 1 or words[0] & low or words[1] & high or words[2] or words[3]:
            return None
        dte, pre = field(words[0], 2, 2), field(words[0], 4, 4)
        pasids, translated = field(words[0], 3, 3), field(words[0], 6, 6)
        rid, entries = field(words[1], 19, 0), 1 << field(words[0], 11, 9) + 7
        if rid >= entries * 64 or (pre and not dte) or (translated and not pasids):  # SCT.4
            return None
        return words[0] & self.addresses, entries, rid, pasids

    def entries(self, rtaddr, source, pasid_bits):
        """Number and words of the valid entries of a device by PASID; None stands for requests without one."""
        context = self.context(rtaddr, source)
        if context is None:
            return {}
        directory, count, rid, with_pasid = context
        limit = 1 << min(pasid_bits, field(self.ecap, *PSS) + 1) if with_pasid and pasid_bits else 0
        found = {}
        for n in range(count):
            if directory + 8 * n not in self.memory.words or not (n << 6 < limit or n == rid >> 6):
                continue
            [table] = self.read(directory + 8 * n, 1)
            if not table & 1 or table & (0xFFC | self.above):
                continue
            for pasid in range(n << 6, n + 1 << 6):
                words = self.read((table & self.addresses) + 64 * (pasid & 63), 8)
                if (pasid == rid or 0 < pasid < limit) and self.is_valid(words):
                    found[None if pasid == rid else pasid] = pasid, tuple(words)
        return found

    def is_valid(self, words):
        """Present, and none of the conditions SPT.3 and SPT.4 (Table 30)."""
        ids = 0xFFFF & ~self.domain_ids()
        pages = self.addresses
        reserved = [
            0xC20 | self.above | self.without(SSTS, 0x21C | pages) | self.without(SSADS, 0x200),
            0xF87F0000 | ids | self.without(SMPWCS, 1 << 23) | self.without(SC, 1 << 24)
            | self.without(MTS, 0xFFFFFFFF06000000),
            0xF02 | self.above | self.without(SRS, 1) | self.without(FSTS, 0x1C | pages)
            | self.without(EAFS, 0x80),
            ALL,
            0xFF8 | self.above | self.without(HPTS, 7 | pages),
            ALL & ~0xFFFF | ids | self.without(HPTS, 0xFFFF),
            ALL,
            ALL,
        ]
        if not words[0] & 1 or any(word & mask for word, mask in zip(words, reserved)):
            return False
        pgtt, mode, width = field(words[0], 8, 6), field(words[2], 3, 2), field(words[0], 4, 2)
        needs = {FIRST: FSTS, SECOND: SSTS, NESTED: NEST, PASS_THROUGH: PT}
        if pgtt not in needs or not self.has(needs[pgtt]):
            return False
        if pgtt in (FIRST, NESTED) and mode > (self.cap >> FS5LP & 1):
            return False
        if pgtt in (SECOND, NESTED) and not (1 <= width <= 3 and self.cap >> 8 + width & 1):
            return False
        reach = min(30 + 9 * width, field(self.cap, *MGAW) + 1)
        return pgtt != NESTED or not (words[2] & pages) >> reach
