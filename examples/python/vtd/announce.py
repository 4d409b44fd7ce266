"""Area page-walk: what second-stage tables map is announced to a hook (3.7)."""
from .caches import shift
from .entries import bits, ones
from .faults import Fault, ReadError
from .paging import Memory, SecondStage
from .unit import Request, Unit


class HookError(Exception):
    pass


class Announcer:
    """Calls the hook, and remembers what was announced when it is told what was before."""

    def __init__(self, announced, wants_unmapped, failure):
        self.known = None if announced is None else {mapping["iova"]: mapping for mapping in announced}
        self.wants_unmapped, self.failure, self.events = wants_unmapped, failure, []

    def call(self, event):
        self.events.append(event)
        if self.failure and len(self.events) == self.failure["at"] + 1:
            raise HookError

    def map(self, mapping):
        if self.known is not None:
            if self.known.get(mapping["iova"]) == mapping:
                return
            self.forget(mapping["iova"], mapping["size"])
        self.call({"event": "map", **mapping})
        if self.known is not None:
            self.known[mapping["iova"]] = mapping

    def unmap(self, iova, size):
        if not self.wants_unmapped:
            return
        if self.known is None:
            self.call({"event": "unmap", "iova": iova, "size": size})
        else:
            self.forget(iova, size)

    def forget(self, iova, size):
        for start, mapping in sorted(self.known.items()):
            if start < iova + size and iova < start + mapping["size"]:
                self.call({"event": "unmap", "iova": start, "size": mapping["size"]})
                del self.known[start]


class Announcement:
    def __init__(self, memory, rules, announcer):
        self.memory, self.rules, self.announcer = memory, rules, announcer
        self.skipped, self.entries_read = {"unreadable": 0, "reserved": 0, "noRight": 0}, 0

    def walk(self, table, level, base, start, end, rights=(True, True)):
        """The table's entries that reach into start to end; `base` is the first address of the table."""
        span = 1 << shift(level)
        for index in range(max(0, start - base >> shift(level)), 512):
            iova = base + index * span
            if iova >= end:
                return
            self.entry(table + 8 * index, level, iova, span, start, end, rights)

    def entry(self, location, level, iova, span, start, end, rights):
        self.entries_read += 1
        try:
            word = self.memory.read(location)[0]
        except ReadError:
            self.skipped["unreadable"] += 1
            return
        own = self.rules.rights(word)
        if any(own) and self.rules.has_reserved(word, level):
            self.skipped["reserved"] += 1
            return
        read, write = own[0] and rights[0], own[1] and rights[1]
        if not (read or write):
            self.skipped["noRight"] += not self.announcer.wants_unmapped
            self.announcer.unmap(iova, span)
        elif self.rules.is_page(word, level):
            target = word & ones(51, shift(level))
            self.announcer.map({"iova": iova, "size": span, "target": target, "read": read, "write": write})
        else:
            self.walk(word & ones(51, 12), level - 1, iova, start, end, (read, write))


def page_walk(case):
    memory, walk = Memory(case["memory"], case["profile"]["backed"]), case["walk"]
    failure = case.get("hookFailure")
    if walk["kind"] == "replay":
        announcer = Announcer(None, False, failure)
        return told(announcer, Announcement(memory, None, announcer), lambda it: replay(case, memory, it))
    unit = Unit(case["profile"], memory, 0)
    limit = 1 << min(unit.caps.mgaw, 12 + 9 * walk["levels"])
    if walk["start"] >= limit:
        return {"events": [], "result": {"outcome": "refused", "code": 4}}
    announcer = Announcer(walk.get("announced"), walk["notifyUnmapped"], failure)
    announcement = Announcement(memory, SecondStage(unit.caps, True), announcer)
    top, start, end = walk["top"], walk["start"], min(walk["end"], limit)
    levels = walk["levels"]
    return told(announcer, announcement, lambda it: start < end and it.walk(top, levels, 0, start, end))


def told(announcer, announcement, do):
    try:
        do(announcement)
        result = {"outcome": "done"}
    except HookError:
        result = {"outcome": "stopped", "error": announcer.failure["error"]}
    observation = {"events": [encoded(event) for event in announcer.events], "result": result}
    if announcement.rules:
        observation |= {"skipped": announcement.skipped, "entriesRead": announcement.entries_read}
    if announcer.known is not None:
        observation["announced"] = [encoded(mapping) for _, mapping in sorted(announcer.known.items())]
    return observation


def encoded(fields):
    return {name: hex(value) if type(value) is int else value for name, value in fields.items()}


def replay(case, memory, announcement):
    walk, unit = case["walk"], Unit(case["profile"], memory, case["walk"]["rtaddr"])
    if not walk["translationEnabled"]:
        return identity(case["profile"], announcement.announcer)
    try:
        entry = second_stage_of(unit, Request({"sourceId": walk["sourceId"], "address": 0, "op": "read"}))
    except Fault:
        return None
    if entry:
        announcement.rules = unit.walker.second
        announcement.walk(entry.top, (entry.width - 12) // 9, 0, 0, 1 << min(unit.caps.mgaw, entry.width))
    return None


def second_stage_of(unit, request):
    """The entry whose second stage translates the device's requests without PASID, if any does alone."""
    unit.check_mode(request)
    context = unit.tables.context(request)
    if unit.mode == 0:
        return None if context.pass_through else context
    entry = unit.tables.pasid_entry(request, context, context.rid_pasid)
    return entry if entry.pgtt == 2 else None


def identity(profile, announcer):
    """Memory as far as the host address width reaches."""
    for start, end in sorted((part["start"], min(part["end"], 1 << profile["haw"])) for part in profile["backed"]):
        if start < end:
            announcer.map({"iova": start, "size": end - start, "target": start, "read": True, "write": True})
