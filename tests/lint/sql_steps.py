#!/usr/bin/env python3
"""Database steps are never edited once they are in the tree: each NNN_*.sql of a schema folder must have
the hash written in sql_steps.txt. A new step gets its line by `sql_steps.py --accept`, which never changes
a line that is there."""

import hashlib
import os
import re
import sys

import tree

FOLDERS = ("sync/store/schema", "sync/district/schema")
HASHES = "tests/lint/sql_steps.txt"
STEP = re.compile(r"^(\d{3})_\w+\.sql$")


def recorded(root):
    if not os.path.exists(os.path.join(root, HASHES)):
        return {}
    lines = [line.split() for line in tree.read(root, HASHES).split("\n") if line and not line.startswith("#")]
    return {path: digest for digest, path in lines}


def steps(root):
    """Path to hash, in order."""
    found = {}
    for folder in FOLDERS:
        for path in tree.files(root, ".sql", under=(folder,)):
            if STEP.match(os.path.basename(path)):
                with open(os.path.join(root, path), "rb") as file:
                    found[path] = hashlib.sha256(file.read()).hexdigest()
    return found


def check(root):
    problems, known, present = [], recorded(root), steps(root)
    for path, digest in present.items():
        if path not in known:
            problems.append("%s: a new step; record it with tests/lint/sql_steps.py --accept" % path)
        elif known[path] != digest:
            problems.append("%s: a step is never edited; add a new one" % path)
    for path in sorted(set(known) - set(present)):
        problems.append("%s: a step is never taken away" % path)
    for folder in FOLDERS:
        numbers = [int(os.path.basename(path)[:3]) for path in sorted(present) if path.startswith(folder + "/")]
        if numbers != list(range(1, len(numbers) + 1)):
            problems.append("%s: steps are numbered 001, 002, ... without gaps" % folder)
    return problems


def accept(root):
    known = recorded(root)
    with open(os.path.join(root, HASHES), "a", encoding="utf-8") as file:
        for path, digest in steps(root).items():
            if path not in known:
                file.write("%s  %s\n" % (digest, path))


def self_test():
    first = "CREATE TABLE a(x) STRICT;\n"
    line = hashlib.sha256(first.encode()).hexdigest() + "  sync/store/schema/001_first.sql\n"
    good = {"sync/store/schema/001_first.sql": first, HASHES: line}
    tree.expect_clean(check, good)
    tree.expect_caught(check, {**good, "sync/store/schema/001_first.sql": first + " "}, "never edited")
    tree.expect_caught(check, {**good, "sync/store/schema/002_more.sql": "x"}, "a new step")
    tree.expect_caught(check, {HASHES: line}, "never taken away")
    tree.expect_caught(check, {**good, "sync/store/schema/003_more.sql": "x"}, "without gaps")


if __name__ == "__main__":
    if "--accept" in sys.argv:
        accept(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
    else:
        tree.main(check, self_test)
