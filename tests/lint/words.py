#!/usr/bin/env python3
"""Words: nothing is named for what it is not (util, helper, common, misc, manager), texts speak of the
product only, and sources name no place of one machine."""

import re

import tree

TEXTS = (".h", ".cpp", ".py", ".js", ".sh", ".html", ".css", ".md", ".txt", ".cmake", ".json", ".sql", ".def", "run", "start")
HERE = "tests/lint/words.py"

# A file, type or namespace never has such a part in its name; for functions "common" is only a word.
VAGUE = {"util", "utils", "utility", "utilities", "helper", "helpers", "common", "misc", "miscellaneous", "manager"}
# "Manager" alone is the person.
VAGUE_NAME = re.compile(
    r"\b(?:class|struct|namespace|enum class|enum)\s+(\w*)|\b(\w+)\s*\(", re.MULTILINE)
PERSON = re.compile(r"^(is_|as_|a_|the_|any_|sign_in_)?(site_)?managers?(_\w+)?$|^(Site)?Manager(Role|Pin)?$|_manager$|^\w+ByManager$")

FOREIGN = [
    (re.compile(pattern, re.IGNORECASE if fold else 0), why)
    for pattern, fold, why in [
        (r"\b(claude|anthropic|openai|chatgpt|gpt-?\d|copilot|llms?)\b", True, "speak of the product only"),
        (r"\blanguage model", True, "speak of the product only"),
        (r"\b(AI|A\.I\.)\b(?!-)", False, "speak of the product only"),
        (r"(?<!user-)(?<!user_)(?<!user )\bsub-?agents?\b|(?<!user-)(?<!user_)(?<!user )\bagents?\b(?!_)", True, "speak of the product only"),
        (r"\b(this|the|previous|next|last|my|our) session\b", True, "speak of the product only"),
        (r"\b(this|the|my|our) prompt\b", True, "speak of the product only"),
        (r"\bissue #?\d+", True, "name the thing, not a ticket"),
    ]
]
MACHINE = re.compile(r"(?<![\w.])/(work|tmp|home|root|Users)/")


def parts(name):
    spaced = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name)
    return {part.lower() for part in re.split(r"[_\W]+", spaced) if part}


def name_problems(path, text):
    for match in VAGUE_NAME.finditer(tree.code_only(text)):
        name = match.group(1) or match.group(2) or ""
        vague = parts(name) & (VAGUE if match.group(1) else VAGUE - {"common"})
        if vague and not PERSON.search(name):
            yield "%s: %s: say what it is; \"%s\" says nothing" % (path, name, sorted(vague)[0])


def text_problems(path, text):
    for number, line in enumerate(text.split("\n"), 1):
        for pattern, why in FOREIGN:
            if pattern.search(line):
                yield "%s:%d: \"%s\": %s" % (path, number, pattern.search(line).group(0), why)
        if MACHINE.search(line) and not path.startswith("tests/"):
            yield "%s:%d: names a place of one machine: %s" % (path, number, line.strip())


def check(root):
    problems = []
    for path in tree.files(root):
        if path.startswith(".") or path == HERE:
            continue
        for part in parts(re.sub(r"\.\w+$", "", path)) & VAGUE:
            problems.append("%s: a file or folder named \"%s\"" % (path, part))
        # A lock file holds the names of others' packages.
        if path.endswith(TEXTS) and not path.startswith("assets/fonts/") and not path.endswith("package-lock.json"):
            text = tree.read(root, path)
            problems += text_problems(path, text)
            if path.endswith((".h", ".cpp")):
                problems += name_problems(path, text)
    return problems


def self_test():
    caught = lambda path, text, *words: tree.expect_caught(check, {path: text}, *words)
    clean = lambda path, text: tree.expect_clean(check, {path: text})
    caught("sync/store/string_util.cpp", "", '"util"')
    caught("sync/helpers/a.cpp", "", '"helpers"')
    caught("pos/app/Common.h", "", '"common"')
    caught("pos/app/a.h", "class SaleManager {};", "SaleManager")
    caught("pos/app/a.h", "namespace misc {", "misc")
    caught("pos/app/a.h", "struct CommonParts {", "common")
    caught("pos/app/a.cpp", "int x = helper_for(1);", "helper_for")
    caught("pos/app/a.h", "// written by an AI", "AI")
    caught("README.md", "asked the agent", "agent")
    caught("pos/app/a.cpp", "// as in the last session", "session")
    caught("pos/app/a.cpp", "// see issue 12", "issue 12")
    caught("pos/app/a.cpp", 'open("/tmp/x");', "one machine")
    caught("assets/a.sh", "cd /home/till", "one machine")
    caught("sync/server/a.cpp", '"/home/till/x"', "one machine")
    clean("tests/pos/a_test.cpp", 'open("/tmp/x");')
    clean("pos/app/a.cpp", "bool is_manager(Role role); // a kiosk session; User-Agent: mulin")
    clean("pos/app/a.cpp", "auto names = common_surnames();")
    clean("pos/app/a.cpp", "// said in the mail; a session of TLS")
    clean("pos/app/a.cpp", '// a "helper" in a comment is only a word\n')


if __name__ == "__main__":
    tree.main(check, self_test)
