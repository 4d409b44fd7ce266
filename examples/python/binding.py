"""Area binding: a virtual unit that keeps no more than what it bound, and reads all tables when in doubt.

Any invalidation of the context-cache or the PASID-cache, whatever it names, makes it walk the tables of all
devices; what differs in any bit from what is bound is bound anew.
"""
from guest_tables import ALL, EAFS, FIRST, FS5LP, FSTS, MGAW, NEST, PASID, PASS_THROUGH, PSS, SRS, GuestTables
from host import Host, HostFailure, Memory, field

CM, FS1GP = 7, 56  # CAP
CONTEXT_CACHE, IOTLB, PASID_IOTLB, PASID_CACHE = 1, 2, 6, 7  # descriptors, 6.5.2
WHOLE = {"address": hex(0), "pages": hex(ALL), "leaf": False}


class Unit:
    def __init__(self, case):
        self.profile, self.units, self.devices = case["profile"], case["units"], case["devices"]
        self.memory = Memory(case)
        self.tables = GuestTables(case["profile"], self.memory)
        self.host = Host(dict.fromkeys(case["failing"]))
        self.rtaddr, self.enabled, self.tracking, self.last_table = case["rtaddr"], False, False, 0
        self.plugged = {}  # parent table by device
        self.parents = {}  # iommufd, coherent, readOnly by table
        self.nested = {}  # parent table by table
        self.bound = {}  # by device and PASID: number and words of the entry (None: translation is off), table
        self.failed = False

    def attempt(self, call, **arguments):
        """Makes a call that may fail without more ado; False when it does."""
        try:
            self.host(call, **arguments)
        except HostFailure:
            self.failed = True
            return False
        return True

    def new_table(self):
        self.last_table += 1
        return self.last_table

    # Plug, unplug

    def refusal(self, device):
        """What the guest was told and the unit of a device has not."""
        unit, cap, ecap = self.units[device["unit"]], self.profile["cap"], self.profile["ecap"]
        nests = ecap >> FSTS & 1
        told_bits, pasid_bits = (field(it, *PSS) + 1 if it >> PASID & 1 else 0 for it in (ecap, unit["ecap"]))
        reasons = {
            "caching-mode": not cap >> CM & 1,
            "iommufd": "iommufd" not in device,
            "nesting": nests and not unit["ecap"] >> NEST & 1,
            "first-stage": nests and not unit["ecap"] >> FSTS & 1,
            "page-size": cap & ~unit["cap"] & 1 << FS1GP,
            "levels": cap & ~unit["cap"] & 1 << FS5LP,
            "address-width": field(cap, *MGAW) > field(unit["cap"], *MGAW),
            "pasid-width": min(device["pasidBits"], told_bits) > pasid_bits,
            "supervisor-requests": ecap & ~unit["ecap"] & 1 << SRS,
            "extended-accessed": ecap & ~unit["ecap"] & 1 << EAFS,
        }
        return next((name for name, holds in reasons.items() if holds), None)

    def parent_of(self, device):
        """A parent table that fits, the first of those that there are. Raises HostFailure."""
        unit, manager = self.units[device["unit"]], device["iommufd"]
        coherent, read_only = unit["coherent"], not unit["erratum772415"]
        for table, kind in self.parents.items():
            if kind in ((manager, coherent, read_only), (manager, False, read_only)):
                return table
        table = self.new_table()
        self.host("create-parent", table=table, iommufd=manager, coherent=coherent, readOnly=read_only)
        self.parents[table] = None  # fits nobody: there to be freed if it can't track writes
        if self.tracking:
            self.host("track-dirty", table=table, on=True)
        self.parents[table] = manager, coherent, read_only
        return table

    def plug(self, n):
        """The reason when it is refused."""
        reason = self.refusal(self.devices[n])
        if reason is None:
            try:
                self.plugged[n] = self.parent_of(self.devices[n])
                if self.rebind(n):
                    return None
            except HostFailure:
                self.failed = True
            self.unplug(n)
        return reason or "failure"

    def unplug(self, n):
        self.plugged.pop(n, None)
        for pasid in [pasid for device, pasid in self.bound if device == n]:
            self.block(n, pasid)

    def collect(self):
        """Frees tables that nothing is attached to, and parents that nothing stands on."""
        for tables in (self.nested, self.parents):
            bound = {table for _, table in self.bound.values()}
            used = bound.union(self.plugged.values(), self.nested.values())
            for table in [table for table in tables if table not in used]:
                if self.attempt("free", table=table):
                    del tables[table]

    # Binding

    def rebind(self, n):
        """Binds a device and its PASIDs as the tables say; False when a call failed."""
        device, fine = self.devices[n], True
        wanted = {None: None}
        if self.enabled:
            wanted = self.tables.entries(self.rtaddr, device["sourceId"], device["pasidBits"])
        for pasid in [pasid for device, pasid in self.bound if device == n and pasid not in wanted]:
            fine = self.block(n, pasid) and fine
        for pasid, entry in wanted.items():
            if (n, pasid) not in self.bound or self.bound[n, pasid][0] != entry:
                fine = self.bind(n, pasid, entry) and fine
        return fine

    def rebind_all(self):
        for n in self.plugged:
            self.rebind(n)

    def bind(self, n, pasid, entry):
        pgtt, table = field(entry[1][0], 8, 6) if entry else PASS_THROUGH, self.plugged[n]
        if pgtt == FIRST:
            table = self.nest(n, entry[1][2])
        elif pgtt != PASS_THROUGH:
            self.failed = True  # told, though the host did not fail
            return (n, pasid) not in self.bound or self.block(n, pasid)
        if table is None or not self.attempt("attach", **self.name(n, pasid), table=table):
            return False
        self.bound[n, pasid] = entry, table
        return True

    def nest(self, n, word):
        """A nested table for quantum 1 of an entry; None when the host failed."""
        table, parent = self.new_table(), self.plugged[n]
        width = 57 if field(word, 3, 2) else 48
        fields = {"pageTable": hex(word & self.tables.addresses), "addressWidth": width}
        names = {"supervisorRequests": 0, "writeProtect": 4, "extendedAccessed": 7}
        fields.update({name: bool(word >> bit & 1) for name, bit in names.items()})
        if not self.attempt("create-nested", table=table, parent=parent, device=n, **fields):
            return None
        self.nested[table] = parent
        return table

    def block(self, n, pasid):
        done = self.attempt("detach", **self.name(n, pasid))
        if done:
            del self.bound[n, pasid]
        return done

    def name(self, n, pasid):
        return {"device": n} if pasid is None else {"device": n, "pasid": pasid}

    # Invalidations

    def invalidate(self, low, high):
        kind = field(low, 3, 0)
        if kind in (CONTEXT_CACHE, PASID_CACHE):
            self.rebind_all()
        elif kind in (IOTLB, PASID_IOTLB):
            what = self.pages(low, high) if kind == PASID_IOTLB and field(low, 5, 4) == 3 else WHOLE
            for entry, table in self.bound.values():
                if table in self.nested and self.is_named(*entry, low):
                    self.attempt("invalidate", table=table, **what)
            self.host.note("purge")

    def pages(self, low, high):
        size = field(high, 5, 0)
        if size >= 52:
            return WHOLE
        address = high >> 12 + size << 12 + size
        return {"address": hex(address), "pages": hex(1 << size), "leaf": bool(high >> 6 & 1)}

    def is_named(self, pasid, words, low):
        """Whether an IOTLB descriptor is about an entry (Tables 23, 24)."""
        kind, granularity = field(low, 3, 0), field(low, 5, 4)
        if kind == IOTLB and granularity == 1:
            return True
        same_pasid = kind == IOTLB or field(low, 51, 32) == pasid
        return same_pasid and field(words[1], 15, 0) == field(low, 31, 16) & self.tables.domain_ids()

    # Steps

    def track(self, on):
        """All parents, or none; nested tables follow theirs."""
        changed = []
        for table in self.parents if on != self.tracking else []:
            if not self.attempt("track-dirty", table=table, on=on):
                for other in changed:
                    self.attempt("track-dirty", table=other, on=not on)
                return
            changed.append(table)
        self.tracking = on

    def step(self, step):
        kind, refused, self.failed = step["step"], None, False
        if kind == "store":
            self.memory.store(step)
        elif kind == "invalidate":
            self.invalidate(*step["descriptor"])
        elif kind == "plug" and step["device"] not in self.plugged:
            refused = self.plug(step["device"])
        elif kind == "unplug" and step["device"] in self.plugged:
            self.unplug(step["device"])
        elif kind == "track-dirty":
            self.track(step["on"])
        elif kind in ("root", "enable", "reset"):
            self.rtaddr = {"root": step.get("rtaddr"), "reset": 0}.get(kind, self.rtaddr)
            self.enabled = {"enable": step.get("on"), "reset": False}.get(kind, self.enabled)
            self.rebind_all()
        self.collect()
        answer = {"calls": self.host.take(), "error": self.failed}
        return {**answer, "refused": refused} if refused else answer


def binding(case):
    unit = Unit(case)
    return {"steps": [unit.step(step) for step in case["steps"]]}
