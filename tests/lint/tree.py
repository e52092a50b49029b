"""Walks the source tree and reads C++ for the lints: which files there are, and code without
comments and literals. Not a lint itself."""

import argparse
import os
import re
import sys
import tempfile

SKIPPED = {"build", ".git", "__pycache__"}


def files(root, *suffixes, under=("",)):
    """Paths relative to root, sorted, with one of the suffixes, below one of the folders."""
    found = []
    for folder in under:
        for at, folders, names in os.walk(os.path.join(root, folder)):
            folders[:] = sorted(f for f in folders if f not in SKIPPED)
            for name in sorted(names):
                if not suffixes or name.endswith(suffixes):
                    found.append(os.path.relpath(os.path.join(at, name), root))
    return found


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8", errors="replace") as file:
        return file.read()


_LITERALS = re.compile(
    r'(?P<raw>\bu?8?[LU]?R"(?P<mark>[^()\\\s]{0,16})\(.*?\)(?P=mark)")'
    r'|(?P<line>//[^\n]*)'
    r'|(?P<block>/\*.*?\*/)'
    r'|(?P<text>"(?:\\.|[^"\\\n])*")'
    r"|(?P<char>(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+')",
    re.DOTALL,
)


def code_only(text):
    """The text with comments and the insides of literals blanked out; line numbers stay."""

    def blank(match):
        kept = "\n" * match.group(0).count("\n")
        if match.lastgroup in ("line", "block"):
            return " " + kept
        return '""' + kept

    return _LITERALS.sub(blank, text)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def main(check, self_test):
    """A lint's command line: check the tree at --root, or test the lint on bad samples."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--root", default=os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
    parser.add_argument("--self-test", action="store_true")
    options, rest = parser.parse_known_args()
    if rest:
        parser.error("unknown option " + rest[0])
    if options.self_test:
        self_test()
        print("the bad samples are caught")
        return
    problems = check(options.root)
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)


def problems_of(check, samples):
    with tempfile.TemporaryDirectory() as root:
        for path, text in samples.items():
            full = os.path.join(root, path)
            os.makedirs(os.path.dirname(full), exist_ok=True)
            with open(full, "w", encoding="utf-8") as file:
                file.write(text)
        return check(root)


def expect_caught(check, samples, *words):
    """The lint must find something in these samples, in these words."""
    found = "\n".join(problems_of(check, samples))
    for word in words:
        if word not in found:
            sys.exit("not caught: %r in %r; found:\n%s" % (word, sorted(samples), found or "nothing"))


def expect_clean(check, samples):
    found = problems_of(check, samples)
    if found:
        sys.exit("a good sample is refused:\n" + "\n".join(found))
