"""Area page-walk: calls of a hook (docs/vectors.md)."""


def ends_well(case, got):
    """Done, or stopped by the error of the hook with the call that failed."""
    failure = case.get("hookFailure")
    if failure is None or len(got["events"]) <= failure["at"]:
        return got["result"]["outcome"] == "done"
    return len(got["events"]) == failure["at"] + 1 and got["result"] == {"outcome": "stopped", "error": failure["error"]}


def is_identity(event):
    return event["event"] == "map" and event["target"] == event["iova"] and event["read"] and event["write"]


def identity(case, allowed, got):
    """Memory in ascending pieces of any size."""
    rest = [(one["iova"], one["iova"] + one["size"]) for one in allowed["memory"]]
    for event in got["events"]:
        if not rest or not is_identity(event) or event["iova"] != rest[0][0]:
            return False
        end = event["iova"] + event["size"]
        if not event["iova"] < end <= rest[0][1]:
            return False
        rest = rest[1:] if end == rest[0][1] else [(end, rest[0][1]), *rest[1:]]
    failure = case.get("hookFailure")
    return not rest or failure is not None and len(got["events"]) > failure["at"]


def joined(mappings):
    """Pieces that go on in the next one are one."""
    whole = []
    for one in mappings:
        last = whole[-1] if whole else None
        goes_on = last and all(last[name] + last["size"] == one[name] for name in ("iova", "target"))
        if goes_on and (last["read"], last["write"]) == (one["read"], one["write"]):
            whole[-1] = {**last, "size": last["size"] + one["size"]}
        else:
            whole.append(one)
    return whole


def walked(case, allowed, got):
    events, at, skipped = got["events"], 0, dict(allowed["skipped"])
    limit = case["hookFailure"]["at"] + 1 if "hookFailure" in case else len(events) + 1
    for one in allowed["announcements"]:
        for way in one["alternatives"]:
            calls = way["calls"][:limit - at]
            if events[at:at + len(calls)] == calls:
                break
        else:
            return False
        at += len(calls)
        if "counts" in way:
            skipped[way["counts"]] += 1
        if "hookFailure" in case and at == limit:
            return at == len(events) and ends_well(case, got)
    if at != len(events) or not ends_well(case, got):
        return False
    reserved, either, perhaps = skipped["reservedOrNoRight"], skipped["unreadableOrReserved"], skipped["perhapsNoRight"]
    most = {"unreadable": either, "reserved": either + reserved, "noRight": reserved}
    least = {"unreadable": 0, "reserved": 0, "noRight": perhaps}
    total = sum(skipped[name] for name in most) + reserved + either
    if "skipped" in got:
        counted = got["skipped"]
        if not total - perhaps <= sum(counted.values()) <= total or not all(
                skipped[name] - least[name] <= counted[name] <= skipped[name] + most[name] for name in most):
            return False
    if "announced" in allowed and joined(got.get("announced", allowed["announced"])) != joined(allowed["announced"]):
        return False
    return got.get("entriesRead", 0) <= allowed["mostEntriesRead"]


def page_walk(case, allowed, got, _formats):
    course, events, end = allowed["course"], got["events"], got["result"]["outcome"]
    if course == "refused":
        refused = end == "refused" and got["result"].get("code", allowed["codes"][0]) in allowed["codes"]
        return not events and (refused or allowed["orDone"] and end == "done")
    if course == "nothing":
        return not events and (end == "done" or allowed["orRefused"] and end == "refused")
    if course == "pass-through":
        return all(map(is_identity, events)) and (not events and end == "refused" or ends_well(case, got))
    if course == "identity":
        if allowed["orNothing"] and not events and end != "stopped":
            return True
        return identity(case, allowed, got) and ends_well(case, got)
    return walked(case, allowed, got)
