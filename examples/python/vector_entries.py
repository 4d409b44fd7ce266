"""Areas entry, used-bits and entry-sync: answers about single entries (docs/vectors.md)."""
import itertools


def joined(words):
    """64-bit words as one number, the lowest first."""
    return sum(word << 64 * index for index, word in enumerate(words))


def entry(_case, allowed, got, _formats):
    if "fpd" in got and "fpd" in allowed and got["fpd"] != allowed["fpd"]["value"]:
        return False
    if got["fault"] is not None:
        return any(fault["code"] == got["fault"] for fault in allowed["faults"])
    fields = got.get("fields", {})
    known = allowed["valid"]["fields"] if "valid" in allowed else []
    return "valid" in allowed and all(fields.get(one["name"], one["value"]) == one["value"] for one in known)


def used_bits(_case, allowed, got, _formats):
    needed = [(rule, got["used"]) for rule in allowed["used"]["atLeast"]]
    most = [(allowed["used"]["atMost"], got["used"])]
    if "safe" in allowed and "safe" in got:
        needed.append((allowed["safe"]["atLeast"], got["safe"]))
        most.append((allowed["safe"]["atMost"], got["safe"]))
    return not (any(joined(rule["bits"]) & ~joined(mask) for rule, mask in needed)
                or any(joined(mask) & ~joined(rule["bits"]) for rule, mask in most))


def hold(conditions, image):
    return all(image >> 64 * one["word"] + one["low"] & one["mask"] in one["values"] for one in conditions)


def counting(layout, image):
    """The bits that count in an entry: those that every table uses."""
    counts = -1
    for table in layout["counts"]:
        rows = [row for row in table if hold(row["when"], image)]
        uses = ignores = 0
        for row in rows:
            uses, ignores = uses | joined(row["uses"]), ignores | joined(row["ignores"])
        counts &= uses & ~ignores
    return counts


def safe_bits(layout, one, other):
    bits = 0
    for row in layout["safe"]:
        if not any(hold(all_of, one) or hold(all_of, other) for all_of in row["unlessEither"]):
            bits |= joined(row["bits"])
    return bits


def blocks(layout, entry):
    return any(hold(all_of, entry) for all_of in layout.get("blocks", []))


def views_hold(layout, allowed, moments, old, new, valid):
    """Hardware reads each piece at any moment: every mix must be the old entry or the new one."""
    size = 64 * layout["fetchWords"]
    pieces = range(0, 64 * layout["words"], size)
    seen = [sorted({moment & ((1 << size) - 1) << low for moment in moments}) for low in pieces]
    for mix in itertools.product(*seen):
        view = sum(mix)
        if not view & valid:
            if old & new & valid and not allowed["mayBreak"]:
                return False
            continue
        counts = counting(layout, view)
        if blocks(layout, view) and (allowed["mayBreak"] or not old & new & valid):
            continue
        if all((view ^ one) & counts & ~safe_bits(layout, view, one) for one in (old, new)):
            return False
    return True


def sync_holds(wanted, actions):
    done = [index for index, action in enumerate(actions) if action in wanted["invalidate"]]
    if any(action not in [*wanted["invalidate"], "flush-entry", "wait"] for action in actions):
        return False
    first = done[0] if done else len(actions)
    if wanted["flush"] and "flush-entry" not in actions[:first]:
        return False
    return wanted["mayLeaveOut"] or bool(done) and (not wanted["wait"] or "wait" in actions[first:])


def entry_sync(case, allowed, got, formats):
    named = allowed["format"]
    layout = formats[named] if isinstance(named, str) else named
    size = 64 * layout["quantumWords"]
    old, new = joined(case["from"]), joined(case["to"])
    valid = 1 << 64 * layout["valid"]["word"] + layout["valid"]["bit"]
    keeps = joined(allowed["keeps"]["mask"]) if "keeps" in allowed else 0
    quantum_of_valid = (1 << size) - 1 << 64 * layout["valid"]["word"] // size * size
    both = bool(old & new & valid)
    memory, moments, republished = old, [old], False
    stores = syncs = windows = 0
    for event in got["trace"]:
        if event["op"] == "store":
            low = size * event["quantum"]
            if low >= 64 * layout["words"] or len(event["value"]) != layout["quantumWords"]:
                return False
            before, memory = memory, memory & ~((1 << size) - 1 << low) | joined(event["value"]) << low
            if (memory ^ old) & keeps or allowed["tidy"] and memory == before:
                return False
            if both and republished and allowed["publishLast"]:
                return False
            served, serves = (one & valid and not blocks(layout, one) for one in (before, memory))
            windows += bool(both and served and not serves)
            republished = republished or bool(not served and serves)
            moments.append(memory)
            stores += 1
            continue
        syncs += 1
        if allowed["tidy"] and (len(moments) == 1 or both and not memory & valid and memory & quantum_of_valid):
            return False
        if allowed["views"] and not views_hold(layout, allowed, moments, old, new, valid):
            return False
        if "sync" in allowed and "actions" in event and not sync_holds(allowed["sync"], event["actions"]):
            return False
        moments = [memory]
    if len(moments) > 1 and (allowed["lastSync"]
                             or allowed["views"] and not views_hold(layout, allowed, moments, old, new, valid)):
        return False
    final, counts = allowed["final"], {"stores": stores, "syncs": syncs, "windows": windows}
    return not ((memory ^ joined(final["words"])) & joined(final["mask"])
                or any(counts[name] > most for name, most in allowed["most"].items())
                or allowed["disables"] and not (windows == 1 and syncs > 1))
