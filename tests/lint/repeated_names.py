#!/usr/bin/env python3
"""Names in unnamed namespaces do not repeat within a room: CI joins its sources in batches, and what
has one name twice is as a rule one thing written twice. Overloads with other parameters may share a name."""

import os
import re

import tree

# Rooms whose sources are always compiled one by one: UNITY_BUILD OFF, or a program each.
SEPARATE = {"sync/policy", "tests/sync/policy", "tests/bench"}

UNNAMED = re.compile(r"^namespace \{\n(.*?)^\}  ", re.DOTALL | re.MULTILINE)
DEFINED = re.compile(
    r"^(?:using (?P<alias>\w+) = (?P<same>[^;]+);"
    r"|(?:enum class|struct|class|enum) (?P<type>\w+)[^;(]*\{"
    r"|(?:static |inline )?(?:constexpr|const|constinit)\b[^;={(]*?\b(?P<constant>\w+)(?:\[\w*\])? ?(?:=|\{)"
    r"|(?!using|struct|class|enum|constexpr|template|return|namespace|TEST|INSTANTIATE|MULIN|MATCHER|ACTION)"
    r"[\w:<>,&*\[\] ]+?[ &*](?P<function>\w+)\((?P<parameters>[^{;]*?)\)(?: const| noexcept)? \{)",
    re.MULTILINE,
)


def types_of(parameters):
    """The parameters without their names, default values and references: those a call could not tell apart."""
    parts = re.sub(r"\s+", " ", parameters).replace("&", "").replace("const ", "").strip()
    parts = re.sub(r" ?= ?[^,]+", "", parts)
    return ",".join(re.sub(r"[ ]?\b\w+$", "", part.strip()) if " " in part.strip() else part.strip()
                    for part in parts.split(","))


def names_in(code):
    """(what, name, offset): what makes the name the same thing for the compiler."""
    for block in UNNAMED.finditer(code):
        for match in DEFINED.finditer(block.group(1)):
            at = block.start(1) + match.start()
            if match.group("function"):
                yield "function(" + types_of(match.group("parameters")) + ")", match.group("function"), at
            elif match.group("alias"):
                yield "alias of " + match.group("same"), match.group("alias"), at
            else:
                yield "type or constant", match.group("type") or match.group("constant"), at


def clash(first, second):
    """Functions clash when they take the same; the same alias twice is allowed; all else clashes."""
    if first.startswith("function") and second.startswith("function"):
        return first == second
    return not (first == second and first.startswith("alias"))


def check(root):
    problems, seen = [], {}
    for path in tree.files(root, ".cpp", under=("payment", "sync", "pos", "tests")):
        room = os.path.dirname(path)
        if room in SEPARATE or path.endswith("_main.cpp"):
            continue
        code = tree.code_only(tree.read(root, path))
        for what, name, at in names_in(code):
            for other, other_path in seen.get((room, name), []):
                if other_path != path and clash(what, other):
                    problems.append("%s:%d: %s stands in %s too; share it, or name it for what it is" % (
                        path, tree.line_of(code, at), name, other_path))
                    break
            seen.setdefault((room, name), []).append((what, path))
    return problems


def self_test():
    def unnamed(body):
        return "namespace mulin {\nnamespace {\n\n" + body + "\n\n}  // namespace\n}\n"

    for body in ["int twice(int x) { return x; }", "constexpr int kTwice = 2;", "struct Twice { int x; };",
                 "const char* twice(std::string_view text,\n                  int x) {\n    return 0;\n}",
                 'constexpr std::string_view kTwice[] = {"a"};']:
        tree.expect_caught(check, {"pos/a/x.cpp": unnamed(body), "pos/a/y.cpp": unnamed(body)}, "too; share it")
        tree.expect_clean(check, {"pos/a/x.cpp": unnamed(body), "pos/b/y.cpp": unnamed(body)})
    tree.expect_caught(check, {"pos/a/x.cpp": unnamed("using Kind = int;"), "pos/a/y.cpp": unnamed("using Kind = char;")}, "Kind")
    tree.expect_clean(check, {"pos/a/x.cpp": unnamed("using Kind = int;"), "pos/a/y.cpp": unnamed("using Kind = int;")})
    tree.expect_clean(check, {"pos/a/x.cpp": unnamed("int both(int x) { return x; }"),
                              "pos/a/y.cpp": unnamed("int both(char x) { return x; }")})


if __name__ == "__main__":
    tree.main(check, self_test)
