"""Areas translation and invalidation: answers to requests (docs/vectors.md)."""
import itertools

NO_CODE = {"code": None}


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
