"""Compares answers with vector files, as docs/vectors.md says: python3 check_vectors.py DIR ANSWERS.jsonl

Standard library only. Prints the id of every answer that is not allowed; exit status 1 when there is one.
"""
import glob
import json
import os
import sys

from vector_entries import entry, entry_sync, used_bits
from vector_requests import invalidation, translation
from vector_walks import page_walk


def numbers(data):
    """JSON with every "0x…" as a number."""
    if isinstance(data, str):
        return int(data, 16) if data.startswith("0x") else data
    if isinstance(data, list):
        return [numbers(item) for item in data]
    return {key: numbers(item) for key, item in data.items()} if isinstance(data, dict) else data


AREAS = {"entry": entry, "used-bits": used_bits, "entry-sync": entry_sync,
         "translation": translation, "invalidation": invalidation, "page-walk": page_walk}


def main(folder, answers):
    vectors = {}
    for name in sorted(glob.glob(os.path.join(folder, "*.json"))):
        with open(name, encoding="utf-8") as file:
            content = json.load(file)
        formats = numbers(content.get("formats", {}))
        for vector in content.get("vectors", []):
            vectors[vector["id"]] = (AREAS[content["area"]], formats, vector)
    counts = {"agree": 0, "disagree": 0, "without an answer": len(vectors)}
    with open(answers, encoding="utf-8") as file:
        for line in map(json.loads, file):
            if "observation" not in line:
                continue
            holds, formats, vector = vectors[line["id"]]
            case, allowed, got = (numbers(vector["case"]), numbers(vector["allowed"]), numbers(line["observation"]))
            verdict = "agree" if holds(case, allowed, got, formats) else "disagree"
            counts[verdict] += 1
            counts["without an answer"] -= 1
            if verdict == "disagree":
                print(line["id"], "is not allowed:", " ".join(vector["rules"]))
    print(", ".join(f"{count} {what}" for what, count in counts.items()))
    return counts["disagree"] > 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
