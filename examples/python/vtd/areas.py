"""The areas that a VT-d unit answers, from a case to an observation."""
from .announce import page_walk
from .entries import (Capabilities, directory_pointer, legacy_context, pasid_entry, root_pointer,
                     scalable_context)
from .faults import Fault
from .paging import Memory
from .registers import RegisterUnit
from .unit import Request, Unit

# How each format is checked, and whether it has FPD.
FORMATS = {
    "root-legacy": (lambda caps, words: root_pointer(caps, words, 0, True), False),
    "root-scalable-lower": (lambda caps, words: root_pointer(caps, words, 0, False), False),
    "root-scalable-upper": (lambda caps, words: root_pointer(caps, words, 1, False), False),
    "context-legacy": (legacy_context, True),
    "context-scalable": (lambda caps, words: scalable_context(caps, words).check_eptr(), True),
    "pasid-directory": (lambda caps, words: directory_pointer(caps, words[0]), True),
    "pasid-table": (pasid_entry, True),
}


def entry(case):
    check, has_fpd = FORMATS[case["format"]]
    answer = {"fault": None, "fpd": has_fpd and bool(case["words"][0] & 2)}
    try:
        check(Capabilities(case["profile"]), case["words"])
    except Fault as fault:
        answer["fault"] = fault.code
    return answer


def translation(case):
    memory = Memory(case["memory"], case["profile"]["backed"])
    unit = Unit(case["profile"], memory, case["rtaddr"])
    results = [unit.handle(Request(request)) for request in case["requests"]]
    changed = [{"address": hex(at), "value": hex(memory.words[at])} for at in sorted(memory.changed)]
    return {"results": results, "memory": changed}


def invalidation(case):
    memory = Memory(case["memory"], case["profile"]["backed"])
    unit = RegisterUnit(case["profile"], memory, case["rtaddr"], case["translationEnabled"], case.get("iqa"))
    answers, queue = [], []
    for step in case["steps"]:
        answer = take(unit, memory, step)
        if answer:
            answers.append(answer)
        queue.append({"faultStatus": unit.registers["FSTS"], "head": hex(unit.registers["IQH"])})
    return {"answers": answers, "queue": queue}


def take(unit, memory, step):
    """Does a step of a stream; what it shows, if it is one that shows something."""
    kind = step["step"]
    if kind == "store":
        memory.store(step)
    elif kind == "write":
        unit.write(step["register"], step["value"])
    elif kind == "submit":
        submit(unit, memory, step["descriptors"] * step.get("times", 1))
    elif kind == "request":
        memory.pending = list(step.get("during", []))
        answer = unit.handle(Request(step["request"]))
        memory.store_pending()
        return answer
    elif kind == "read":
        return {"outcome": "value", "value": hex(unit.registers[step["register"]])}
    else:
        return {"outcome": "value", "value": hex(memory.words.get(step["address"], 0))}
    return None


def submit(unit, memory, descriptors):
    queue, slot = unit.registers["IQA"], unit.slot_words
    tail = unit.registers["IQT"] // (8 * slot) * (8 * slot)
    for words in descriptors:
        words = words + [0] * (-len(words) % slot)
        for n, word in enumerate(words):
            memory.words[(queue & ~0xfff) + (tail + 8 * n) % (0x1000 << (queue & 7))] = word
        tail = (tail + 8 * len(words)) % (0x1000 << (queue & 7))
    unit.write("IQT", tail)


AREAS = {"entry": entry, "translation": translation, "page-walk": page_walk, "invalidation": invalidation}
