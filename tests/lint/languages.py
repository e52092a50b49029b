#!/usr/bin/env python3
"""Languages: every key declared in pos/text/messages_<screen>.def has words in every language of
assets/text, with the same placeholders, nothing more and nothing less, and is used by the program."""

import json
import os
import re

import tree

DECLARED = re.compile(r"^\s*MULIN_MSG\((\w+),\s*(\w+)\)", re.MULTILINE)
USED = re.compile(r"\bMsg::(\w+)")
# The first of a numbered series that is counted on from: names_1, names_2, ...
SERIES = re.compile(r"static_cast<int>\(Msg::(\w+)_1\)")
PLACEHOLDER = re.compile(r"\{\d*\}")
LANGUAGES = ("zh-CN", "en")


def declared_keys(root):
    keys = set()
    for path in tree.files(root, ".def", under=("pos/text",)):
        keys |= set(DECLARED.findall(tree.read(root, path)))
    return keys


def words_of(root, language, problems):
    """(screen, name) to words."""
    words = {}
    folder = "assets/text/" + language
    for path in tree.files(root, ".json", under=(folder,)):
        screen = os.path.splitext(os.path.basename(path))[0]

        def without_doubles(pairs):
            for name in {n for n, _ in pairs if [m for m, _ in pairs].count(n) > 1}:
                problems.append("%s: \"%s\" stands there twice" % (path, name))
            return dict(pairs)

        for name, text in json.loads(tree.read(root, path), object_pairs_hook=without_doubles).items():
            words[(screen, name)] = text if isinstance(text, str) else ""
            if not isinstance(text, str):
                problems.append("%s: \"%s\" is no text" % (path, name))
    return words


def used_names(root):
    names, series = set(), set()
    for path in tree.files(root, ".h", ".cpp", under=("pos",)):
        code = tree.code_only(tree.read(root, path))
        names |= set(USED.findall(code))
        series |= set(SERIES.findall(code))
    return names, series


def placeholders(text):
    return sorted(set(PLACEHOLDER.findall(text)))


def check(root):
    problems, keys = [], declared_keys(root)
    if not keys and not os.path.isdir(os.path.join(root, "assets/text")):
        return problems
    languages = {language: words_of(root, language, problems) for language in LANGUAGES}
    for language, words in languages.items():
        for screen, name in sorted(keys - set(words)):
            problems.append("assets/text/%s/%s.json: \"%s\" is missing" % (language, screen, name))
        for screen, name in sorted(set(words) - keys):
            problems.append("assets/text/%s/%s.json: \"%s\" is not declared in pos/text" % (language, screen, name))
    first, *others = LANGUAGES
    for key in sorted(keys & set(languages[first])):
        for language in others:
            theirs = languages[language].get(key)
            if theirs is not None and placeholders(theirs) != placeholders(languages[first][key]):
                problems.append("%s.%s: the placeholders of %s and %s differ" % (*key, first, language))
    for key in sorted(keys):
        if all(key in words and not words[key].strip() for words in languages.values()):
            problems.append("%s.%s has no words in any language" % key)
    used, series = used_names(root)
    for screen, name in sorted(keys):
        full = "%s_%s" % (screen, name)
        if full not in used and re.sub(r"_\d+$", "", full) not in series:
            problems.append("pos/text/messages_%s.def: %s is used nowhere" % (screen, name))
    return problems


def self_test():
    good = {
        "pos/text/messages_serve.def": "MULIN_MSG(serve, due)\n",
        "pos/serve/serve_view.cpp": "draw(words(Msg::serve_due));",
        "assets/text/zh-CN/serve.json": '{"due": "应付 {0}"}',
        "assets/text/en/serve.json": '{"due": "Due {0}"}',
    }
    tree.expect_clean(check, good)
    tree.expect_clean(check, {"pos/app/a.cpp": ""})

    def caught(path, text, words):
        tree.expect_caught(check, {**good, path: text}, words)

    caught("assets/text/en/serve.json", "{}", '"due" is missing')
    caught("assets/text/en/serve.json", '{"due": "Due {0}", "more": "x"}', "not declared")
    caught("assets/text/en/serve.json", '{"due": "Due {1}"}', "placeholders")
    caught("assets/text/en/serve.json", '{"due": 3}', "is no text")
    silent = '{"due": " "}'
    tree.expect_caught(check, {**good, "assets/text/en/serve.json": silent, "assets/text/zh-CN/serve.json": silent},
                       "no words in any language")
    tree.expect_clean(check, {
        "pos/text/messages_a.def": "MULIN_MSG(a, day_1)\nMULIN_MSG(a, day_2)\n",
        "pos/app/a.cpp": "static_cast<Msg>(static_cast<int>(Msg::a_day_1) + n)",
        "assets/text/zh-CN/a.json": '{"day_1": "一", "day_2": "二"}',
        "assets/text/en/a.json": '{"day_1": "Mon", "day_2": "Tue"}',
    })
    caught("assets/text/en/serve.json", '{"due": "Due {0}", "due": "Due {0}"}', "twice")
    caught("pos/serve/serve_view.cpp", "// Msg::serve_due", "used nowhere")
    caught("pos/text/messages_serve.def", "MULIN_MSG(serve, due)\nMULIN_MSG(serve, paid)\n", '"paid" is missing')


if __name__ == "__main__":
    tree.main(check, self_test)
