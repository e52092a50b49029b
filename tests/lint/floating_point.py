#!/usr/bin/env python3
"""No floating point near money: not in payment, not in the rules, not in what till and district share."""

import re

import tree

ROOMS = ("payment", "sync/policy", "sync/model", "sync/journal", "sync/store", "sync/wire", "sync/server", "sync/district",
         "sync/statements", "sync/backtest", "sync/judging", "sync/books", "sync/settlement", "sync/leases", "sync/http",
         "sync/console", "sync/database", "sync/client")
# Places that say no to it: deleted overloads, and the callback by which the JSON reader would hand one over.
REFUSALS = re.compile(r"std::floating_point|is_floating_point|is_number_float|\bnumber_float\(double,")
FLOATING = re.compile(r"\b(double|float)\b|(?<![\w.\"])\d+\.\d+f?\b(?!\.)|\b(std::)?(stod|stof|strtod|atof|round|floor|ceil|lround)\s*\(")


def check(root):
    problems = []
    for path in tree.files(root, ".h", ".cpp", under=ROOMS):
        code = REFUSALS.sub("", tree.code_only(tree.read(root, path)))
        for match in FLOATING.finditer(code):
            problems.append("%s:%d: floating point (%s)" % (path, tree.line_of(code, match.start()), match.group(0)))
    return problems


def self_test():
    for text in ["double yuan = 1;", "auto x = static_cast<float>(fen);", "auto y = fen * 0.88;", "auto y = std::stod(text);",
                 "long double x;", "auto y = std::floor(x);"]:
        tree.expect_caught(check, {"payment/money/a.cpp": text}, "floating point")
        tree.expect_caught(check, {"sync/policy/a.h": text}, "floating point")
        tree.expect_clean(check, {"pos/touch/a.cpp": text})
    for fine in ["// a double scan", 'say("0.88");', "template <std::floating_point T> static Money fen(T) = delete;",
                 "int doubled(int x);", "auto v = kVersion; // 1.5"]:
        tree.expect_clean(check, {"payment/money/a.cpp": fine})


if __name__ == "__main__":
    tree.main(check, self_test)
