#!/usr/bin/env python3
"""Speaks the protocol of iommu-conformance: nothing to change here but the name. Your code goes to answers.py."""
import json
import sys

import answers

HELLO = {
    **{"name": "my-implementation", "version": "0.1"},
    **{"profile": answers.PROFILE, "areas": list(answers.AREAS)},
}


def decoded(value):
    """A case with its 64-bit values, "0x…" strings in JSON, as integers."""
    if isinstance(value, str) and value.startswith("0x"):
        return int(value, 16)
    if isinstance(value, list):
        return [decoded(item) for item in value]
    if isinstance(value, dict):
        return {name: decoded(item) for name, item in value.items()}
    return value


def reply_to(request):
    if request["op"] == "hello":
        return HELLO
    if request["op"] != "run":
        return {"error": "unknown op"}
    case = decoded(request["case"])
    try:
        return {"observation": answers.AREAS[case["area"]](case)}
    except answers.Skip as reason:
        return {"skip": str(reason)}


def main():
    for line in sys.stdin:
        message = json.loads(line)
        if message["op"] == "bye":
            break
        print(json.dumps({"id": message["id"], **reply_to(message)}), flush=True)


if __name__ == "__main__":
    main()
