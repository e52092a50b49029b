#!/usr/bin/env python3
"""Every test that tests/FAILURE_MODES.md names exists, and none of the 28 lines is missing."""

import os
import re

import tree

LIST = "tests/FAILURE_MODES.md"
NAMED = re.compile(r"`([A-Za-z]\w+\.[A-Z]\w+|\w+\.py|\w+_bench)`")
TEST = re.compile(r"^TEST(?:_[FP])?\(\s*(\w+)\s*,\s*(\w+)\s*\)", re.MULTILINE)


def there_is(root):
    names = set()
    for path in tree.files(root, ".cpp", ".py", under=("tests",)):
        names.add(os.path.basename(path))
        if path.startswith("tests/bench/") and path.endswith(".cpp"):
            names.add(os.path.basename(path)[:-len(".cpp")])
        if path.endswith("_test.cpp"):
            names.update("%s.%s" % match for match in TEST.findall(tree.read(root, path)))
    return names


def check(root):
    text = tree.read(root, LIST)
    known = there_is(root)
    problems = []
    numbers = []
    for number, line in enumerate(text.splitlines(), 1):
        row = re.match(r"\| (\d+) \|", line)
        if not row:
            continue
        numbers.append(int(row.group(1)))
        named = NAMED.findall(line.split("|")[4])
        if not named:
            problems.append("%s:%d: names no test" % (LIST, number))
        for name in NAMED.findall(line):
            if name not in known:
                problems.append("%s:%d: there is no %s" % (LIST, number, name))
    if numbers != list(range(1, 29)):
        problems.append("%s: its lines are not 1 to 28" % LIST)
    return problems


def self_test():
    rows = "".join("| %d | what | must | `Ab.Cd` | |\n" % n for n in range(1, 29))
    there = {"tests/x/a_test.cpp": "TEST_F(Ab, Cd) {\n", LIST: rows}
    tree.expect_clean(check, there)
    tree.expect_caught(check, {**there, LIST: rows.replace("`Ab.Cd`", "`Ab.Xy`", 1)}, "there is no Ab.Xy")
    tree.expect_caught(check, {**there, LIST: rows.replace("`Ab.Cd`", "", 1)}, "names no test")
    tree.expect_caught(check, {**there, LIST: rows.split("\n", 1)[1]}, "not 1 to 28")


if __name__ == "__main__":
    tree.main(check, self_test)
