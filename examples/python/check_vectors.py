"""Compares answers with vector files, as docs/vectors.md says: python3 check_vectors.py DIR ANSWERS.jsonl

Standard library only. Prints the id of every answer that is not allowed; exit status 1 when there is one.
"""
import glob
import itertools
import json
import os
import sys

NO_CODE = {"code": None}


def numbers(data):
    """JSON with every "0x…" as a number."""
    if isinstance(data, str):
        return int(data, 16) if data.startswith("0x") else data
    if isinstance(data, list):
        return [numbers(item) for item in data]
    return {key: numbers(item) for key, item in data.items()} if isinstance(data, dict) else data


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
        if all((view ^ one) & counts & ~safe_bits(layout, view, one) for one in (old, new)):
            return False
    return True


def sync_holds(wanted, actions):
    done = [index for index, action in enumerate(actions) if action in wanted["invalidate"]]
    if not done or any(action not in [*wanted["invalidate"], "flush-entry", "wait"] for action in actions):
        return False
    if wanted["flush"] and "flush-entry" not in actions[:done[0]]:
        return False
    return not wanted["wait"] or "wait" in actions[done[0]:]


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
            windows += bool(both and before & valid and not memory & valid)
            republished = republished or bool(not before & valid and memory & valid)
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


def record_holds(wanted, code, record):
    if code is not None and record.get("code", code) != code:
        return False
    place = wanted["address"]
    if "address" in record and (record["address"] ^ place["value"]) & place["mask"]:
        return False
    return all(record.get(name, value) == value for name, value in wanted.items() if name != "address")


def agrees(request, one, record_wanted, got):
    """One alternative against one answer."""
    record = got.get("record")
    if got["outcome"] == "unobserved":
        return not ("record" in got and one["outcome"] == "blocked" and one.get("recorded"))
    if got["outcome"] != one["outcome"]:
        return False
    if one["outcome"] == "blocked":
        code = got.get("code", (record or NO_CODE).get("code"))
        if None not in (code, one.get("code")) and code != one["code"]:
            return False
        if got.get("status", one.get("status")) != one.get("status", got.get("status")):
            return False
        if "recorded" not in one or "record" not in got:
            return True
        return (record is not None) == one["recorded"] and (
            record is None or record_holds(record_wanted, got.get("code"), record))
    if one["outcome"] == "translated":
        if "address" in one:
            low = max(got.get("pageBits", 12), 12) if request.get("kind") == "translation" else 0
            if "address" in got and (got["address"] ^ one["address"]) >> low:
                return False
            if got.get("pageBits", 0) > one["pageBits"]:
                return False
        flags = ("read", "write", "user", "privileged", "nonSnooped")
        if any(name in one and got.get(name, one[name]) != one[name] for name in flags):
            return False
        return record is None or one.get("mayRecord", False)
    return True


def translation(case, allowed, got, _formats):
    if len(got["results"]) < len(case["requests"]):
        return False
    sets, may, anything = {}, {}, False
    for request, wanted, result in zip(case["requests"], allowed["requests"], got["results"]):
        if wanted is None:
            anything = True
            continue
        taken = [one for one in wanted["alternatives"] if agrees(request, one, wanted["record"], result)]
        if not taken:
            return False
        if result["outcome"] == "unobserved":
            taken = wanted["alternatives"]
        each = [{flag["address"]: flag["bits"] for flag in one.get("sets", [])} for one in taken]
        for address, bits in each[0].items():
            for other in each[1:]:
                bits &= other.get(address, 0)
            sets[address] = sets.get(address, 0) | bits
        for flag in itertools.chain(wanted.get("maySet", []), *(one.get("maySet", []) for one in taken)):
            may[flag["address"]] = may.get(flag["address"], 0) | flag["bits"]
    before = {run["address"] + 8 * at: word for run in case["memory"] for at, word in enumerate(run["words"])}
    after = {word["address"]: word["value"] for word in got.get("memory", [])}
    if "memory" in got and any(bits & ~after.get(at, before.get(at, 0)) for at, bits in sets.items()):
        return False
    strays = ((value ^ before.get(at, 0)) & ~(may.get(at, 0) & ~before.get(at, 0)) for at, value in after.items())
    return anything or not any(strays)


def stays(ways, agreeing, count):
    """The ways on which one of `agreeing` may be seen."""
    return ways & {way for one in agreeing for way in one.get("ways", range(count))}


def invalidation(case, allowed, got, _formats):
    asked = [index for index, step in enumerate(case["steps"]) if step["step"] in ("request", "read", "load")]
    if len(got["answers"]) != len(asked):
        return False
    answers = dict(zip(asked, zip(allowed["answers"], got["answers"])))
    count, queue, ways = allowed["ways"], {one["step"]: one for one in allowed["queue"]}, set(range(allowed["ways"]))
    registers = None
    for index, step in enumerate(case["steps"][:allowed["until"]]):
        registers = queue.get(index, registers)
        if index in answers:
            wanted, answer = answers[index]
            if answer["outcome"] != "unobserved" and (answer["outcome"] == "value") == (step["step"] == "request"):
                return False
            if wanted is None:
                continue
            if "options" in wanted:
                fits = [one for one in wanted["options"]
                        if agrees(step["request"], one["answer"], wanted["record"], answer)]
            else:
                fits = [one for one in wanted["values"] if answer["outcome"] == "unobserved"
                        or not (answer["value"] ^ one["value"]) & one["mask"]]
            ways = stays(ways, fits, count)
        elif index < len(got.get("queue", [])):
            for name in ("faultStatus", "head"):
                value = got["queue"][index][name]
                fits = [one for one in registers[name] if not (value ^ one["value"]) & one["mask"]]
                ways = stays(ways, fits, count)
        if not ways:
            return False
    return True


def ends_well(case, got):
    """Done, or stopped by the error of the hook where it failed."""
    failure = case.get("hookFailure")
    if failure is None or len(got["events"]) <= failure["at"]:
        return got["result"]["outcome"] == "done"
    return got["result"] == {"outcome": "stopped", "error": failure["error"]}


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
    if "announced" in allowed and got.get("announced", allowed["announced"]) != allowed["announced"]:
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


AREAS = {"entry": entry, "used-bits": used_bits, "entry-sync": entry_sync,
         "translation": translation, "invalidation": invalidation, "page-walk": page_walk}


def main(folder, answers):
    vectors = {}
    for name in sorted(glob.glob(os.path.join(folder, "*.json"))):
        with open(name, encoding="utf-8") as file:
            content = json.load(file)
        for vector in content.get("vectors", []):
            vectors[vector["id"]] = (content["area"], content.get("formats", {}), vector)
    counts = {"agree": 0, "disagree": 0, "without an answer": len(vectors)}
    with open(answers, encoding="utf-8") as file:
        for line in map(json.loads, file):
            if "observation" not in line:
                continue
            area, formats, vector = vectors[line["id"]]
            case, allowed, got = (numbers(vector["case"]), numbers(vector["allowed"]), numbers(line["observation"]))
            verdict = "agree" if AREAS[area](case, allowed, got, numbers(formats)) else "disagree"
            counts[verdict] += 1
            counts["without an answer"] -= 1
            if verdict == "disagree":
                print(line["id"], "is not allowed:", " ".join(vector["rules"]))
    print(", ".join(f"{count} {what}" for what, count in counts.items()))
    return counts["disagree"] > 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
