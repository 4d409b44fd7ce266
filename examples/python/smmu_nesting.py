"""Area smmu-nesting: a virtual SMMUv3 that keeps no entry, and lets its host do everything at CMD_SYNC.

Which streams and caches a command is about is noted down when it is consumed. CMD_SYNC reads the entries of
those streams, attaches them, and issues the rest a unit at a time; what fails is left for the next CMD_SYNC.
"""
from host import Host, HostFailure, Memory, field

ILLEGAL = 1  # CERROR_ILL
PREFETCH, CFGI_STE, CFGI_RANGE, CFGI_CD, CFGI_CD_ALL = (1, 2), 3, 4, 5, 6
NH_ALL, NH_ASID, NH_VA, NH_VAA, NSNH_ALL = 0x10, 0x11, 0x12, 0x13, 0x30
ATC_INV, PRI_RESP, STALLS, SYNC = 0x40, 0x41, (0x44, 0x45), 0x46
OF_STREAMS = (*PREFETCH, CFGI_STE, CFGI_RANGE, CFGI_CD, CFGI_CD_ALL, *STALLS)  # with SSec
POINTER = (1 << 56) - 64
ISSUE_AT_ONCE = 256  # commands in one host call


class Smmu:
    def __init__(self, case):
        self.id, self.units, self.devices = case["smmu"], case["units"], case["devices"]
        self.memory = Memory(case)
        self.base, self.config = case["streamTable"]["base"], case["streamTable"]["config"]
        self.enabled, self.abort, self.error, self.queue = False, False, None, []
        self.plugged, self.changed = set(), set()  # devices; those whose entry the next CMD_SYNC reads
        self.pending = []  # (unit, device or None, command) for the next CMD_SYNC
        self.attached, self.tables, self.last_table = {}, {}, 0  # by device; number by (unit, words)
        self.host = Host({failure["call"]: failure.get("handled", 0) for failure in case["failing"]})

    # The stream table, 3.3.1, 5.1, 6.3.24, 6.3.25

    def read(self, address, count):
        """Words at an address that is cut to OAS (3.4.3)."""
        return self.memory.read(address & (1 << self.id["outputBits"]) - 1, count)

    def entry(self, stream):
        """The words of a stream's entry; None where none is reached."""
        size = field(self.config, 5, 0)
        if stream >> min(size, self.id["streamIdBits"]):
            return None
        base = self.base & POINTER
        if field(self.config, 17, 16) != 1:
            return self.read((base >> size + 6 << size + 6) + 64 * stream, 8)
        split = field(self.config, 10, 6)
        split = split if split in (6, 8, 10) else 6
        align = max(6, size - split + 3)
        descriptor = self.read((base >> align << align) + 8 * (stream >> split), 1)
        span = field(descriptor[0], 4, 0) if descriptor else 0
        index = stream & (1 << split) - 1
        if not 1 <= span <= split + 1 or index >> span - 1:
            return None
        level2 = (descriptor[0] & POINTER) >> span + 5 << span + 5
        return self.read(level2 + 64 * index, 8)

    # Entries, 5.2

    def meaning(self, entry):
        """What an entry says: "abort", "bypass", or words 0 and 1 of a nested table."""
        if entry is None or not entry[0] & 1:
            return "abort"
        low, high, smmu = entry[0], entry[1], self.id
        config, pointer, eats = field(low, 3, 1), low & POINTER, field(high, 29, 28)
        if config == 4:
            return "bypass"
        if config != 5 or pointer >> smmu["outputBits"]:
            return "abort"  # Config 0b0xx, stage 2, ILLEGAL
        stalled, descriptors = field(high, 27, 27), field(low, 63, 59) if smmu["substreamIdBits"] else 0
        table, default = (field(low, 5, 4), field(high, 1, 0)) if descriptors else (0, 0)  # S1Fmt, S1DSS
        illegal = [
            stalled and smmu["stallModel"],
            descriptors > smmu["substreamIdBits"],
            table in (1, 2) and not smmu["twoLevelDescriptors"],
            smmu["ats"] and eats == 2,
        ]
        if any(illegal):
            return "abort"
        eats = 1 if smmu["ats"] and eats == 1 else 0
        first = descriptors << 59 | pointer | (table % 3) << 4 | 5 << 1 | 1
        return (first, eats << 28 | stalled << 27 | field(high, 7, 2) << 2 | default % 3)

    # Streams

    def bind(self, device):
        """Makes the stream of a device what it has to be now. Raises HostFailure."""
        if device not in self.plugged or not self.enabled:
            wanted = "abort" if self.abort and device in self.plugged else "bypass"
        else:
            wanted = self.meaning(self.entry(self.devices[device]["streamId"]))
        if isinstance(wanted, tuple):
            wanted = self.table(self.devices[device]["unit"], wanted)
        if self.attached.get(device) != wanted:
            self.host("attach", device=device, to=wanted)
            self.attached[device] = wanted

    def table(self, unit, words):
        if (unit, words) not in self.tables:
            self.last_table += 1
            self.host("create", table=self.last_table, unit=unit, ste=[hex(word) for word in words])
            self.tables[unit, words] = self.last_table
        return self.tables[unit, words]

    def bind_all(self, devices):
        """Without a command that could fail: True when a failure has to be told otherwise."""
        failed = False
        for device in sorted(devices):
            try:
                self.bind(device)
                self.changed.discard(device)
            except HostFailure:
                failed = True
        return failed

    def collect(self):
        """Frees tables that no device has: True when one could not be."""
        failed = False
        for key, table in list(self.tables.items()):
            if table not in self.attached.values():
                try:
                    self.host("free", table=table)
                    del self.tables[key]
                except HostFailure:
                    failed = True
        return failed

    # Commands, chapter 4

    def consume(self, command):
        """One command: False when it is illegal. What it asks for is done by CMD_SYNC."""
        low, high = command
        opcode, stream = low & 0xFF, low >> 32
        known = [n for n in self.plugged if self.devices[n]["streamId"] == stream]
        if opcode in OF_STREAMS and low >> 10 & 1:
            return False
        if opcode in (CFGI_STE, CFGI_RANGE):
            bits = 0 if opcode == CFGI_STE else field(high, 4, 0) + 1
            for n in self.plugged:
                if self.devices[n]["streamId"] >> bits == stream >> bits:
                    self.changed.add(n)
                    self.for_stream(n, CFGI_CD_ALL)
        elif opcode in (CFGI_CD, CFGI_CD_ALL):
            substream = low & 0xFFFFF000 if opcode == CFGI_CD else 0
            for n in known:
                if not substream >> 12 + self.id["substreamIdBits"]:
                    self.for_stream(n, opcode | substream, high & 1 if opcode == CFGI_CD else 0)
        elif opcode in (NH_ALL, NH_ASID, NH_VA, NH_VAA, NSNH_ALL):
            asid = low & 0xFFFF << 48 if opcode in (NH_ASID, NH_VA) else 0
            address = high & ~0xFFE if opcode in (NH_VA, NH_VAA) else 0
            for n, unit in enumerate(self.units):
                kind = NH_ALL if opcode == NSNH_ALL else opcode
                self.pending.append((n, None, (kind | unit["vmid"] << 32 | asid, address)))
        elif opcode == ATC_INV:
            if not self.id["ats"] or field(high, 5, 0) > 52:
                return False
            for n in known if self.enabled else []:
                self.for_stream(n, low & (0xFFFFFA00 if low >> 11 & 1 else 0) | opcode, high & ~0xFC0)
        elif opcode == PRI_RESP:
            return self.id["pri"] and field(high, 13, 12) != 3
        elif opcode in STALLS:
            return self.id["stallModel"] != 1
        return opcode in (*OF_STREAMS, NH_ALL, NH_ASID, NH_VA, NH_VAA, NSNH_ALL, ATC_INV)

    def for_stream(self, n, low, high=0):
        device = self.devices[n]
        self.pending.append((device["unit"], n, (low | device["physicalStreamId"] << 32, high)))

    def sync(self):
        """All that commands asked for. What was done before a HostFailure is not done again."""
        for device in sorted(self.changed):
            self.bind(device)
            self.changed.discard(device)
        for n in range(len(self.units)):
            while mine := [item for item in self.pending if item[0] == n][:ISSUE_AT_ONCE]:
                done = len(mine)
                try:
                    commands = [[hex(word) for word in command] for _, _, command in mine]
                    self.host("issue", unit=n, commands=commands)
                except HostFailure as failure:
                    done = failure.args[0]
                    raise
                finally:
                    for item in mine[:done]:
                        self.pending.remove(item)

    def work(self):
        """Consumes what is queued, up to an error: how many commands."""
        consumed = 0
        while self.queue and self.error is None:
            command = self.queue[0]
            try:
                if command[0] & 0xFF != SYNC:
                    legal = self.consume(command)
                elif legal := field(command[0], 13, 12) != 3:
                    self.sync()
            except HostFailure:
                legal = False
            if not legal:
                self.error = ILLEGAL
                break
            self.queue.pop(0)
            consumed += 1
        return consumed

    # Steps

    def step(self, step):
        kind, consumed, failed = step["step"], 0, False
        everything_moved = False
        if kind == "store":
            self.memory.store(step)
        elif kind == "commands":
            self.queue += step["commands"]
            consumed = self.work()
        elif kind == "acknowledge":
            self.queue = step.get("commands", self.queue)
            self.error = None
            consumed = self.work()
        elif kind == "stream-table":
            self.base, self.config = step["base"], step["config"]
        elif kind == "enable":
            everything_moved, self.enabled = self.enabled != step["on"], step["on"]
        elif kind == "bypass":
            everything_moved, self.abort = not self.enabled and self.abort != step["abort"], step["abort"]
        elif (kind == "plug") != (step["device"] in self.plugged):
            self.plugged ^= {step["device"]}
            if kind == "plug":
                self.attached.pop(step["device"], None)  # it comes with nothing attached
            self.changed.discard(step["device"])
            self.pending = [item for item in self.pending if item[1] != step["device"]]
            failed = self.bind_all([step["device"]])
        if everything_moved:
            failed = self.bind_all(self.plugged)
        failed = self.collect() or failed
        calls = self.host.take()
        return {"calls": calls, "consumed": consumed, "error": self.error, "reported": failed}


def smmu_nesting(case):
    smmu = Smmu(case)
    return {"steps": [smmu.step(step) for step in case["steps"]]}
