"""Your code goes here: a function for each area, from a case to an observation.

64-bit values of a case are integers already; in an observation write them as hex(value). What you can't tell
you leave out. The fields are described in docs/contract.md of iommu-conformance.
"""


# Any legal unit, or the one that yours is: {"name": "my-unit", "cap": "0xd2008c22260206", "ecap": "0xf42",
# "haw": 39, "specRev": "5.10", "backed": [{"start": "0x0", "end": "0x80000000"}], "policies": {}}
# A virtual SMMU has "smmu": {"stallModel": 1, "pri": False, "units": 1} beside these, which it does not look at.
PROFILE = "any"


class Skip(Exception):
    """Raised for a case that can't be asked: it is counted, and neither pass nor fail."""


# [entry
def entry(case):
    """Decodes one entry: its fault code, or None and the fields of a valid one."""
    unit, format, words = case["profile"], case["format"], case["words"]  # unit: cap, ecap, haw
    raise Skip("not implemented")
    # return {"fault": 0x59, "fpd": False}


# ]
# [used-bits
def used_bits(case):
    """The bits that hardware looks at; with a target, also those that may change between the two at any moment."""
    format, entry, target = case["format"], case["entry"], case.get("target")  # eight words each
    raise Skip("not implemented")
    # return {"used": [hex(word) for word in used], "safe": [hex(word) for word in safe]}


# ]
# [entry-sync
def entry_sync(case):
    """The stores and syncs, in order, by which your driver changes an entry in memory into another."""
    format, old, new = case["format"], case["from"], case["to"]
    if format == "synthetic":
        raise Skip("only the formats of real units")
    raise Skip("not implemented")
    # return {"trace": [{"op": "store", "quantum": 0, "value": [hex(new[0])]}, {"op": "sync"}]}


# ]
# [translation
def translation(case):
    """What becomes of each request; the caches are empty before the first."""
    unit, root, memory = case["profile"], case["rtaddr"], memory_of(case)
    for request in case["requests"]:
        device, address, op = request["sourceId"], request["address"], request["op"]
    raise Skip("not implemented")
    # return {"results": [{"outcome": "translated", "address": hex(0x1000), "read": True, "write": False}]}


# ]
# [page-walk
def page_walk(case):
    """All that tables map in a range, announced to a hook in order."""
    walk, memory = case["walk"], memory_of(case)
    raise Skip("not implemented")
    # return {"events": [{"event": "unmap", "iova": hex(0), "size": hex(0x1000)}], "result": {"outcome": "done"}}


# ]
# [invalidation
def invalidation(case):
    """A stream of stores, register writes, descriptors and requests: what each request, read and load shows."""
    unit, root, memory = case["profile"], case["rtaddr"], memory_of(case)
    for step in case["steps"]:
        kind = step["step"]  # store, write, submit, request, read, load
    raise Skip("not implemented")
    # return {"answers": [{"outcome": "value", "value": hex(0)}]}


# ]
# [binding
def binding(case):
    """Passthrough devices of a virtual unit: the page tables that the host is asked for at each step."""
    units, devices, root, memory = case["units"], case["devices"], case["rtaddr"], memory_of(case)
    for step in case["steps"]:
        kind = step["step"]  # store, invalidate, root, enable, reset, plug, unplug, track-dirty
    raise Skip("not implemented")
    # return {"steps": [{"calls": []} for step in case["steps"]]}


# ]
# [domain-replace
def domain_replace(case):
    """A driver that gives domains to devices and takes them back: what it does for each request."""
    unit, devices, domains, failing = case["profile"], case["devices"], case["domains"], case["failing"]
    for request in case["requests"]:
        kind = request["request"]  # attach, detach, release, track-dirty, ats
    raise Skip("not implemented")
    # return {"requests": [{"actions": [{"do": "wait"}]} for request in case["requests"]]}


# ]
# [smmu-nesting
def smmu_nesting(case):
    """A virtual SMMUv3 over devices of a host: the calls of it at each step, and how far the queue went."""
    smmu, units, devices = case["smmu"], case["units"], case["devices"]
    table, memory = case["streamTable"], memory_of(case)
    for step in case["steps"]:
        kind = step["step"]  # store, commands, acknowledge, enable, bypass, stream-table, plug, unplug
    raise Skip("not implemented")
    # return {"steps": [{"calls": [], "consumed": 0, "error": None} for step in case["steps"]]}


# ]
# [translation page-walk invalidation binding smmu-nesting
def memory_of(case):
    """The words that the case gives, by address; all other words that are backed are zero."""
    runs = case["memory"]
    return {run["address"] + 8 * n: word for run in runs for n, word in enumerate(run["words"])}


# ]
AREAS = {
    # [entry
    "entry": entry,
    # ]
    # [used-bits
    "used-bits": used_bits,
    # ]
    # [entry-sync
    "entry-sync": entry_sync,
    # ]
    # [translation
    "translation": translation,
    # ]
    # [page-walk
    "page-walk": page_walk,
    # ]
    # [invalidation
    "invalidation": invalidation,
    # ]
    # [binding
    "binding": binding,
    # ]
    # [domain-replace
    "domain-replace": domain_replace,
    # ]
    # [smmu-nesting
    "smmu-nesting": smmu_nesting,
    # ]
}
