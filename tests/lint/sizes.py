#!/usr/bin/env python3
"""Sizes: a function has at most 70 lines, a header 150, a source 500; tests are allowed more. The only
exceptions stand in sizes_ratchet.txt with the size they have now, which may shrink but never grow."""

import os
import re

import tree

# (function, header, source) in lines.
LIMITS = {"product": (70, 150, 500), "tests": (120, 250, 800)}
RATCHET = "tests/lint/sizes_ratchet.txt"
CODE = (".h", ".cpp", ".py", ".js", ".sh", ".html", ".css")

CONTROL = re.compile(r"\b(if|for|while|switch|catch|do|else|try|return|new)\b")
NOT_FUNCTION = re.compile(r"\b(namespace|class|struct|union|enum|extern)\b(?!.*\))", re.DOTALL)
INIT_LIST = re.compile(r"\)\s*(const|noexcept|\s)*:[^:]")


def is_function(head):
    """Whether the text between the last ; { or } and an opening brace begins a function body."""
    head = head.strip()
    if "(" not in head or ")" not in head or head.endswith(("=", ",", "(", "return")):
        return False
    if CONTROL.match(head) or NOT_FUNCTION.search(head) or re.search(r"\][^\[\]]*\{?$", head.split("(")[0]):
        return False
    return True


def member_brace(head):
    """A brace that initialises a member: Name() : member_{...}"""
    return bool(INIT_LIST.search(head)) and bool(re.search(r"[\w>]\s*$", head)) and not head.rstrip().endswith(")")


def functions(text):
    """(name, first line, number of lines) of every function body, lambdas within counted with it."""
    code = re.sub(r"^[ \t]*#.*(?:\\\n.*)*$", lambda m: "\n" * m.group(0).count("\n"), tree.code_only(text), flags=re.MULTILINE)
    found, depth, start, last, inside = [], 0, None, 0, None
    skip_to = -1
    for at in re.finditer(r"[{};]", code):
        if at.start() < skip_to:
            continue
        mark = at.group(0)
        if mark == "{":
            head = code[last:at.start()]
            if inside is None and member_brace(head):
                skip_to = closing(code, at.start()) + 1
                continue
            if inside is None and is_function(head):
                first = last + len(head) - len(head.lstrip())
                inside, start = depth, (name_of(head), tree.line_of(code, first))
            depth += 1
        elif mark == "}":
            depth -= 1
            if inside is not None and depth == inside:
                found.append((start[0], start[1], tree.line_of(code, at.start()) - start[1] + 1))
                inside = None
        last = at.end()
    return found


def closing(code, opening):
    depth = 0
    for at in re.finditer(r"[{}]", code[opening:]):
        depth += 1 if at.group(0) == "{" else -1
        if depth == 0:
            return opening + at.start()
    return len(code)


def name_of(head):
    before = head.split("(")[0].split()
    return before[-1] if before else "?"


def measure(root):
    """(what, size, limit) for everything that has a limit."""
    for path in tree.files(root, *CODE, under=("payment", "sync", "pos", "tests")):
        text = tree.read(root, path)
        function, header, source = LIMITS["tests" if path.startswith("tests/") else "product"]
        yield path, text.count("\n"), header if path.endswith(".h") else source
        if path.endswith((".h", ".cpp")):
            for name, _, lines in functions(text):
                yield "%s:%s" % (path, name), lines, function


def ratchet_of(root):
    allowed = {}
    if os.path.exists(os.path.join(root, RATCHET)):
        for line in tree.read(root, RATCHET).split("\n"):
            if line and not line.startswith("#"):
                size, what = line.split(None, 1)
                allowed[what] = int(size)
    return allowed


def check(root):
    problems, allowed, seen = [], ratchet_of(root), {}
    for what, size, limit in measure(root):
        seen[what] = max(size, seen.get(what, 0))
        if size > limit and size > allowed.get(what, 0):
            problems.append("%s: %d lines, the limit is %d" % (what, size, allowed.get(what, limit)))
    for what, size in allowed.items():
        if seen.get(what, 0) < size:
            problems.append("%s: write %d instead of %d into %s, or take the line out" % (what, seen.get(what, 0), size, RATCHET))
    return problems


def body(lines):
    return "".join("    work(%d);\n" % i for i in range(lines - 2))


def self_test():
    long = "int Room::big(int a) const {\n" + body(71) + "}\n"
    tree.expect_caught(check, {"pos/app/a.cpp": long}, "pos/app/a.cpp:Room::big: 71 lines")
    tree.expect_clean(check, {"pos/app/a.cpp": "int Room::big(int a) const {\n" + body(70) + "}\n"})
    view = "namespace a {\nvoid draw(const State& s) {\n  for (;;) {\n" + body(80) + "  }\n}\n}\n"
    tree.expect_caught(check, {"pos/serve/serve_view.cpp": view}, "draw: 82 lines")
    made = "Room::Room(int a)\n    : a_{a},\n      b_(a) {\n" + body(80) + "}\n"
    tree.expect_caught(check, {"pos/app/a.cpp": made}, "Room::Room: 82 lines")
    within = "class A {\n" + "  int f() { return 1; }\n" * 90 + "};\n"
    tree.expect_clean(check, {"pos/app/a.cpp": within})
    tree.expect_clean(check, {"pos/app/a.cpp": "const Row rows[] = {\n" + "    {f(1), 2},\n" * 200 + "};\n"})
    tree.expect_caught(check, {"pos/app/a.h": "// x\n" * 151}, "a.h: 151 lines")
    tree.expect_caught(check, {"pos/app/a.cpp": "// x\n" * 501}, "a.cpp: 501 lines")
    tree.expect_caught(check, {"sync/console/page/a.js": "// x\n" * 501}, "a.js: 501 lines")
    tree.expect_caught(check, {"tests/pos/a_test.cpp": "// x\n" * 801}, "a_test.cpp: 801 lines")
    tree.expect_clean(check, {"pos/app/a.cpp": long, RATCHET: "71 pos/app/a.cpp:Room::big\n"})
    tree.expect_caught(check, {"pos/app/a.cpp": long, RATCHET: "70 pos/app/a.cpp:Room::big\n"}, "71 lines")
    tree.expect_caught(check, {"pos/app/a.cpp": long, RATCHET: "72 pos/app/a.cpp:Room::big\n"}, "write 71 instead of 72")


if __name__ == "__main__":
    tree.main(check, self_test)
