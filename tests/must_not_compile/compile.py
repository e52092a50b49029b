#!/usr/bin/env python3
"""Compiles one case: as it is wrong it must be refused, and for the reason its first line names; its
corrected twin must compile. compile.py wrong|corrected CASE COMPILER FLAG..."""

import re
import subprocess
import sys


def main():
    form, case, *command = sys.argv[1:]
    with open(case, encoding="utf-8") as file:
        first = file.readline()
    expected = re.match(r"// must fail with: (.+)", first)
    if not expected:
        sys.exit("%s: the first line must say \"// must fail with: PATTERN\"" % case)
    command += ["-fsyntax-only", "-Werror=unused-result", case]
    if form == "wrong":
        command.append("-DMULIN_WRONG")
    done = subprocess.run(command, capture_output=True, text=True, env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"})
    if form == "corrected":
        if done.returncode != 0:
            sys.exit("the corrected twin does not compile:\n" + done.stderr)
        return
    if done.returncode == 0:
        sys.exit("it compiles, and must not")
    errors = [line for line in done.stderr.split("\n") if "error:" in line]
    if not any(re.search(expected.group(1), line) for line in errors):
        sys.exit("it is refused, but not for \"%s\":\n%s" % (expected.group(1), done.stderr))
    print("\n".join(errors))


main()
