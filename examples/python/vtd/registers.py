"""Registers and the invalidation queue of a VT-d unit (6.5, 11.4)."""
from .entries import bits, ones
from .faults import ReadError
from .unit import Unit

TE, RTPS, QI = 1 << 31, 1 << 30, 1 << 26  # of GCMD and GSTS; SRTP stands where RTPS does
IQE, RW1C_OF_FSTS = 1 << 4, 0x71
IM, IP = 1 << 31, 1 << 30
FETCH_AHEAD = 4

# By type: the fields of the lower two words of a descriptor that may be other than zero (6.5.2).
ALLOWED = {
    1: (0x0003_ffff_ffff_003f, 0),
    2: (0x0000_0000_ffff_00ff, 0xffff_ffff_ffff_f07f),
    3: (0x0000_ffff_001f_000f, 0xffff_ffff_ffff_f001),
    4: (0x0000_ffff_f800_001f, 0),
    5: (0xffff_ffff_0000_007f, 0xffff_ffff_ffff_fffc),
    6: (0x000f_ffff_ffff_003f, 0xffff_ffff_ffff_f07f),
    7: (0x000f_ffff_ffff_003f, 0),
    8: (0x000f_ffff_ffff_01ff, 0xffff_ffff_ffff_f801),
    9: (0x000f_ffff_ffff_f01f, 0xffc),
    10: (0x0000_0000_ffff_003f, 0xffff_ffff_ffff_f0ff),
}
GRANULARITIES = {1: (1, 2, 3), 2: (1, 2, 3), 6: (2, 3), 7: (0, 1, 3), 10: (1, 2, 3)}
PFSID = 0xfff0_0000_0000_f000


class QueueError(Exception):
    """The information that IQERCD gives on the error (11.4.9.9)."""


class RegisterUnit(Unit):
    def __init__(self, profile, memory, rtaddr, enabled, iqa):
        super().__init__(profile, memory, rtaddr)
        self.registers = {
            "GSTS": RTPS | (TE if enabled else 0) | (0 if iqa is None else QI), "RTADDR": rtaddr,
            "FSTS": 0, "IQERCD": 0, "IQH": 0, "IQT": 0, "IQA": iqa or 0, "ICS": 0, "IECTL": IM,
            "CCMD": 0, "IVA": 0, "IOTLB": 0,
        }
        self.enabled, self.waits = enabled, []

    # Registers.

    def write(self, register, value):
        special = getattr(self, "write_" + register.lower(), None)
        if special:
            special(value)
        else:
            self.registers[register] = value
        self.work()

    def write_gcmd(self, value):
        status = self.registers["GSTS"]
        if value & RTPS:
            old_mode = self.mode
            self.latch_root(self.registers["RTADDR"])
            if self.caps.esrtps or self.mode != old_mode:
                self.caches.drop_all()
        if status & TE and not value & TE and self.caps.SMTS:
            self.caches.drop_all()
        if status & QI and not value & QI:
            self.registers["IQH"] = 0
        self.registers["GSTS"], self.enabled = RTPS | value & (TE | QI), bool(value & TE)

    def write_fsts(self, value):
        self.registers["FSTS"] &= ~(value & RW1C_OF_FSTS)
        if not self.registers["FSTS"] & IQE:
            self.registers["IQERCD"] = 0

    def write_ics(self, value):
        self.registers["ICS"] &= ~(value & 1)
        if not self.registers["ICS"]:
            self.registers["IECTL"] &= ~IP

    def write_iectl(self, value):
        pending = self.registers["IECTL"] & IP
        self.registers["IECTL"] = value & IM | (pending if value & IM else 0)

    def write_iqt(self, value):
        self.registers["IQT"] = value & 0x7fff0

    def write_ccmd(self, value):
        """11.4.6.1: only in legacy mode and without a queue."""
        granularity = bits(value, 62, 61)
        done = 0 if value >> 63 else bits(self.registers["CCMD"], 60, 59)
        if value >> 63 and self.mode == 0 and granularity and not self.registers["GSTS"] & QI:
            done = granularity
            self.drop_contexts(granularity, bits(value, 15, 0), bits(value, 31, 16), bits(value, 33, 32))
        self.registers["CCMD"] = value & ~(1 << 63 | 3 << 59) | done << 59

    def write_iotlb(self, value):
        granularity, address_register = bits(value, 61, 60), self.registers["IVA"]
        mask = bits(address_register, 5, 0)
        done = 0 if value >> 63 else bits(self.registers["IOTLB"], 58, 57)
        if value >> 63 and self.mode == 0 and granularity and not self.registers["GSTS"] & QI:
            if granularity < 3 or (self.caps.psi and mask <= self.caps.mamv):
                done = granularity
                hint = bits(address_register, 6, 6)
                self.drop_iotlb(granularity, bits(value, 47, 32), address_register, mask, hint)
        self.registers["IOTLB"] = value & ~(1 << 63 | 3 << 57) | done << 57

    # The queue.

    @property
    def slot_words(self):
        return 4 if self.registers["IQA"] & 0x800 else 2

    def fetches(self):
        return (self.registers["GSTS"] & QI and not self.registers["FSTS"] & 0x50
                and self.registers["IQH"] != self.registers["IQT"])

    def work(self):
        """Works the queue off: some descriptors are fetched, then executed; waits complete last."""
        while self.fetches():
            try:
                for descriptor in self.fetch():
                    self.execute(descriptor)
            except QueueError as error:
                self.registers["FSTS"] |= IQE
                self.registers["IQERCD"] = error.args[0]
            for wait in self.waits:
                self.complete(wait)
            self.waits = []

    def fetch(self):
        """Yields up to a few descriptors. The head goes on when one was found valid (6.5.2)."""
        queue = self.registers["IQA"]
        size, slot = 0x1000 << bits(queue, 2, 0), 8 * self.slot_words
        if self.slot_words == 4 and not (self.caps.SMTS or self.caps.ADMS):
            raise QueueError(5)
        if self.registers["IQT"] % slot:
            raise QueueError(6)
        if self.registers["IQT"] >= size:
            raise QueueError(1)
        for _ in range(FETCH_AHEAD):
            if self.registers["IQH"] == self.registers["IQT"]:
                return
            try:
                base = queue & ones(self.caps.haw - 1, 12)
                words = self.memory.read(base + self.registers["IQH"], self.slot_words)
            except ReadError:
                raise QueueError(2) from None
            self.check(words)
            self.registers["IQH"] = (self.registers["IQH"] + slot) % size
            yield words

    def check(self, words):
        kind = bits(words[0], 11, 9) << 4 | words[0] & 15
        wide, caps = self.slot_words == 4, self.caps
        if self.mode == 2:
            raise QueueError(7)
        if self.mode and not wide:
            raise QueueError(5)
        if not 1 <= kind <= (10 if self.mode else 5):
            raise QueueError(3)
        if (kind in (3, 8) and not caps.DT) or (kind == 9 and not caps.PRS) or (kind == 10 and not caps.HPTS):
            raise QueueError(3)
        low, high = ALLOWED[kind]
        low |= PFSID if kind in (3, 8) and caps.DIT else 0x80 if kind == 5 and caps.PDS else 0
        if words[0] & ~low or words[1] & ~high or any(words[2:]):
            raise QueueError(4)
        granularity = bits(words[0], 5, 4)
        if kind in GRANULARITIES and granularity not in GRANULARITIES[kind]:
            raise QueueError(4)
        if kind == 2 and granularity == 3 and (not caps.psi or bits(words[1], 5, 0) > caps.mamv):
            raise QueueError(4)

    def execute(self, words):
        kind, granularity = words[0] & 15, bits(words[0], 5, 4)
        domain, pasid = bits(words[0], 31, 16) & ones(self.caps.did_width - 1, 0), bits(words[0], 51, 32)
        mask, hint = bits(words[1], 5, 0), bits(words[1], 6, 6)
        start, size = aligned(words[1], mask)
        if kind == 1:
            self.drop_contexts(granularity, domain, bits(words[0], 47, 32), bits(words[0], 49, 48))
        elif kind == 2:
            self.drop_iotlb(granularity, domain, words[1], mask, hint)
        elif kind == 5:
            self.waits.append(words)
        elif kind == 6 and granularity == 2:
            self.caches.drop_pasid(domain, pasid)
        elif kind == 6:
            self.caches.drop_pages_of_pasid(domain, pasid, start, size, hint)
        elif kind == 7:
            self.caches.drop_pasids(None if granularity == 3 else domain, pasid if granularity == 1 else None)
        elif kind == 10:
            host = aligned(words[1] & ones(self.caps.haw - 1, 12), mask)
            self.drop_permissions(granularity, domain, bits(words[1], 7, 6) + 1, *host)

    def complete(self, wait):
        if wait[0] & 0x20:
            self.write_status(wait[1] & ones(self.caps.haw - 1, 2), wait[0] >> 32)
        if wait[0] & 0x10 and not self.registers["ICS"]:
            self.registers["ICS"] = 1
            self.registers["IECTL"] |= IP if self.registers["IECTL"] & IM else 0

    def write_status(self, address, data):
        word, at = address & ~7, 8 * (address & 4)
        if self.memory.answers(word):
            self.memory.words[word] = self.memory.words.get(word, 0) & ~(0xffffffff << at) | data << at

    # Invalidations whose granularity is told alike by registers and descriptors.

    def drop_contexts(self, granularity, domain, source_id, function_mask):
        by_domain = granularity > 1 and self.mode == 0
        mask = (0, 4, 6, 7)[function_mask]
        self.caches.drop_contexts(domain & ones(self.caps.did_width - 1, 0) if by_domain else None,
                                  source_id if granularity == 3 else None, mask)

    def drop_iotlb(self, granularity, domain, address, mask, hint):
        domain &= ones(self.caps.did_width - 1, 0)
        if granularity < 3:
            return self.caches.drop_domain(domain if granularity == 2 else None)
        return self.caches.drop_pages(domain, *aligned(address & ones(self.caps.mgaw - 1, 12), mask), hint)

    def drop_permissions(self, granularity, domain, highest, start, size):
        if granularity == 1:
            self.caches.hpt.clear()
        elif granularity == 2:
            self.caches.drop_permissions(domain, highest)
        else:
            self.caches.drop_permissions(domain, highest, start, size)


def aligned(address, mask):
    size = 0x1000 << mask
    return address & ~(size - 1), size
