#!/usr/bin/env python3
"""Every payment channel is whole: its folder has an adapter and a README.md, the till's table knows it, and
it stands in the contract suite."""

import os
import re

import tree

ROOMS = {"base", "money", "port", "wire"}
TABLE = "pos/app/adapters.cpp"
SUITE = "tests/contract/channels.cpp"


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
        for place in (TABLE, SUITE):
            text = tree.read(root, place) if os.path.exists(os.path.join(root, place)) else ""
            if not re.search(r'^#include "%s"' % re.escape(adapter), text, re.MULTILINE):
                problems.append("%s: does not know payment/%s" % (place, name))
    return problems


def self_test():
    include = '#include "payment/cash/cash_adapter.h"\n'
    good = {"payment/cash/cash_adapter.h": "", "payment/cash/README.md": "", "payment/port/a.h": "", TABLE: include, SUITE: include}
    tree.expect_clean(check, good)
    for path, words in [("payment/cash/README.md", "README.md is missing"), ("payment/cash/cash_adapter.h", "cash_adapter.h is missing"),
                        (TABLE, TABLE), (SUITE, SUITE)]:
        tree.expect_caught(check, {key: text for key, text in good.items() if key != path}, words)


if __name__ == "__main__":
    tree.main(check, self_test)
