"""Area domain-replace: a driver whose domain ids live as long as a domain is attached anywhere.

An entry is swapped in one store where one quantum counts, and else broken: P cleared, filled, P set.
What the old tables left in IOTLB and Device-TLB is dropped once, behind the new entry.
"""

EVERYTHING = 0x7FFFFFFFFFFFF << 12 | 1  # Device-TLB: all addresses, S in bit 0 or 11
FIRST, SECOND, NESTED, PASS_THROUGH = 1, 2, 3, 4  # PGTT
PGTT = {"first-stage": FIRST, "second-stage": SECOND, "nested": NESTED, "pass-through": PASS_THROUGH}
P, FPD, SSADE = 1, 2, 1 << 9


class OutOfIds(Exception):
    pass


class Place:
    """A PASID table entry as the driver left it: of a device, or of one PASID of it."""

    def __init__(self, device, pasid):
        self.name = {"device": device} if pasid is None else {"device": device, "pasid": pasid}
        self.device, self.pasid = device, pasid
        self.quanta = [0, 0, 0, 0]
        self.domain = None  # index; also after its tables were released

    @property
    def present(self):
        return self.quanta[0] & P

    @property
    def pgtt(self):
        return self.quanta[0] >> 6 & 7

    @property
    def id(self):
        return self.quanta[0] >> 64 & 0xFFFF

    def uses_first_stage(self):
        return self.present and self.pgtt in (FIRST, NESTED)


class Driver:
    def __init__(self, case):
        cap, ecap = case["profile"]["cap"], case["profile"]["ecap"]
        self.domains, self.devices = case["domains"], case["devices"]
        self.ats = [device["ats"] for device in self.devices]
        self.tracked = set()  # second-stage domains whose writes are tracked
        self.places, self.ids = {}, {}  # by device and PASID; domain id of an attached domain
        self.all_ids = range(1, 1 << 4 + 2 * (cap & 7))
        self.caching_mode = cap >> 7 & 1
        self.coherent, self.throttled, self.drains = ecap & 1, ecap >> 41 & 1, ecap >> 42 & 1  # C, DIT, PDS
        self.walks_snooped = ecap >> 48 & 1  # SMPWCS
        self.actions = []

    # What hardware is told

    def do(self, action, **arguments):
        self.actions.append({"do": action, **arguments})

    def invalidate(self, *words):
        self.do("invalidate", descriptor=[hex(word) for word in words])

    def wait(self):
        self.do("wait")

    def store(self, place, quantum, value):
        if place.quanta[quantum] != value:
            place.quanta[quantum] = value
            self.do("store", **place.name, quantum=quantum, value=[hex(value & 2**64 - 1), hex(value >> 64)])

    def sync(self, place, *ids):
        """Hardware sees what memory holds: no older copy is left under any of these domain ids."""
        if not self.coherent:
            self.do("flush-line", **place.name)
        for id_ in sorted(set(ids)):
            self.invalidate(7 | 1 << 4 | id_ << 16 | (place.pasid or 0) << 32, 0)
        self.wait()

    def drop_translations(self, place, pgtt, id_):
        """What requests left behind in the IOTLB, then in the device (6.5.3.3)."""
        if pgtt in (SECOND, NESTED):
            self.invalidate(2 | 2 << 4 | 3 << 6 | id_ << 16, 0)
        else:
            self.invalidate(6 | 2 << 4 | id_ << 16 | (place.pasid or 0) << 32, 0)
        self.wait()
        self.drop_device_tlb(place)

    def drop_device_tlb(self, place):
        if not self.ats[place.device]:
            return
        source = self.devices[place.device]["sourceId"]
        function = (source & 0xF) << 12 | (source >> 4) << 52 if self.throttled else 0
        if place.pasid is None:
            self.invalidate(3 | source << 32 | function, EVERYTHING)
        else:
            self.invalidate(8 | source << 16 | place.pasid << 32 | function, EVERYTHING & ~1 | 1 << 11)
        self.wait()

    # Entries, 9.6

    def entry(self, index):
        """Quanta 0 and 1 that lead to the tables of a domain."""
        domain = self.domains[index]
        pgtt, second = PGTT[domain["kind"]], domain
        low, high = P | pgtt << 6, 0
        if pgtt in (FIRST, NESTED):
            high = domain["table"] | (domain["levels"] - 4) << 2
        if pgtt == NESTED:
            index, second = domain["parent"], self.domains[domain["parent"]]
        if pgtt in (SECOND, NESTED):
            low |= second["table"] | (second["levels"] - 2) << 2 | (SSADE if index in self.tracked else 0)
        return low | self.walks_snooped << 64 + 23, high

    def write(self, place, low, high):
        """Old tables, new ones, or none, whenever hardware looks."""
        old, new = place.id, low >> 64 & 0xFFFF
        if not place.present:
            self.store(place, 1, high)
            self.store(place, 0, low)
            if not self.coherent or self.caching_mode:
                self.sync(place, *([0, new] if self.caching_mode else []))
        elif not place.uses_first_stage() or high == place.quanta[1]:
            if high != place.quanta[1]:
                self.store(place, 1, high)
                self.sync(place, old)
            self.store(place, 0, low)
            self.sync(place, old, new)
        elif low >> 6 & 7 not in (FIRST, NESTED):
            self.store(place, 0, low)
            self.sync(place, old, new)
            self.store(place, 1, high)
            self.sync(place, new)
        else:
            self.clear(place)
            self.write(place, low, high)

    def clear(self, place, rest=0):
        """Not present first, for all who look; the rest of it then."""
        id_ = place.id
        self.store(place, 0, place.quanta[0] & ~P)
        self.sync(place, id_)
        self.store(place, 1, 0)
        self.store(place, 0, rest)
        if not self.coherent:
            self.do("flush-line", **place.name)

    # Requests

    def id_of(self, domain):
        if domain not in self.ids:
            free = [id_ for id_ in self.all_ids if id_ not in self.ids.values()]
            if not free:
                raise OutOfIds
            self.ids[domain] = free[0]
        return self.ids[domain]

    def give_back(self, domain):
        """Its domain id is clean: whoever had it dropped what it left."""
        if not any(place.domain == domain and place.present for place in self.places.values()):
            self.ids.pop(domain, None)

    def attach(self, request):
        key = request["device"], request.get("pasid")
        place = self.places.setdefault(key, Place(*key))
        low, high = self.entry(request["domain"])
        low |= self.id_of(request["domain"]) << 64
        had, pgtt, id_, before = place.present, place.pgtt, place.id, place.domain
        if not had or before != request["domain"]:
            self.write(place, low, high)
            place.domain = request["domain"]
            if had:
                self.drop_translations(place, pgtt, id_)
                self.give_back(before)

    def block(self, place, rest=0):
        pgtt, id_ = place.pgtt, place.id
        self.clear(place, rest)
        self.drop_translations(place, pgtt, id_)

    def detach(self, request):
        place = self.places.get((request["device"], request.get("pasid")))
        if place is None or place.domain is None:
            return
        if place.present:
            self.block(place)
        else:
            self.clear(place)
            self.drop_device_tlb(place)
        if self.devices[place.device].get("pageRequests") and self.drains:
            self.invalidate(5 | 1 << 5 | 1 << 6 | 1 << 7 | 1 << 32, 0x1000)
            self.wait()
        domain, place.domain = place.domain, None
        self.give_back(domain)

    def release(self, request):
        for place in self.places.values():
            if place.domain == request["domain"] and place.present:
                self.block(place, FPD)
        self.give_back(request["domain"])

    def track_dirty(self, request):
        parent = request["domain"]
        (self.tracked.add if request["on"] else self.tracked.discard)(parent)
        for place in self.places.values():
            if place.present and parent in (place.domain, self.domains[place.domain].get("parent")):
                low = place.quanta[0] & ~SSADE | (SSADE if request["on"] else 0)
                changed = low != place.quanta[0]
                self.write(place, low, place.quanta[1])
                if changed:
                    self.drop_translations(place, place.pgtt, place.id)

    def switch_ats(self, request):
        self.ats[request["device"]] = request["on"]
        self.do("ats", device=request["device"], on=request["on"])

    def run(self, request, fails):
        """What was done for a request; nothing when it fails."""
        kind = request["request"]
        handler = self.switch_ats if kind == "ats" else getattr(self, kind.replace("-", "_"))
        try:
            if fails and kind == "attach":
                raise OutOfIds
            handler(request)
        except OutOfIds:
            return {"actions": [], "failed": True}
        actions, self.actions = self.actions, []
        return {"actions": actions}


def domain_replace(case):
    driver = Driver(case)
    failing = case["failing"]
    return {"requests": [driver.run(request, n in failing) for n, request in enumerate(case["requests"])]}
