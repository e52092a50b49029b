#!/usr/bin/env python3
"""Every payment channel is whole: its folder has an adapter and a README.md, the till's table knows it, and
it stands in the contract suite."""

import os
import re

import tree

ROOMS = {"base", "money", "port", "wire", "host", "table"}
# The list of what mulin-adapter can run, or the till's own for what only the till can run.
TABLES = ("payment/table/built_in.cpp", "pos/app/adapters.cpp")


def knows(root, place, adapter):
    text = tree.read(root, place) if os.path.exists(os.path.join(root, place)) else ""
    return re.search(r'^#include "%s"' % re.escape(adapter), text, re.MULTILINE)


def check(root):
    problems = []
    folder = os.path.join(root, "payment")
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
        if name in ROOMS or not os.path.isdir(os.path.join(folder, name)):
            continue
        adapter = "payment/%s/%s_adapter.h" % (name, name)
        for path in (adapter, "payment/%s/README.md" % name):
            if not os.path.exists(os.path.join(root, path)):
                problems.append("payment/%s: %s is missing" % (name, os.path.basename(path)))
        for places in (TABLES, ("tests/contract/%s_channel.cpp" % name,)):
            if not any(knows(root, place, adapter) for place in places):
                problems.append("%s: does not know payment/%s" % (places[0], name))
    return problems


def self_test():
    include = '#include "payment/cash/cash_adapter.h"\n'
    table, suite = TABLES[0], "tests/contract/cash_channel.cpp"
    good = {"payment/cash/cash_adapter.h": "", "payment/cash/README.md": "", "payment/port/a.h": "", table: include, suite: include}
    tree.expect_clean(check, good)
    tree.expect_clean(check, {**{key: text for key, text in good.items() if key != table}, TABLES[1]: include})
    for path, words in [("payment/cash/README.md", "README.md is missing"), ("payment/cash/cash_adapter.h", "cash_adapter.h is missing"),
                        (table, table), (suite, suite)]:
        tree.expect_caught(check, {key: text for key, text in good.items() if key != path}, words)


if __name__ == "__main__":
    tree.main(check, self_test)
