#!/usr/bin/env python3
"""Answers vector files where they lie: `python3 answer_vectors.py DIR > answers.jsonl`. Needs no network, no Node."""
import json
import pathlib
import sys

import adapter
import answers

for area in answers.AREAS:
    for vector in json.loads(pathlib.Path(sys.argv[1], f"{area}.json").read_text())["vectors"]:
        print(json.dumps({"id": vector["id"], **adapter.reply_to({"op": "run", "case": vector["case"]})}))
