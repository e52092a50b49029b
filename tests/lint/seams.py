#!/usr/bin/env python3
"""Clock, randomness and environment are passed in: only the files named here read the machine's."""

import re

import tree

ALLOWED = re.compile(r"^(payment/base/(clock|id)\.cpp|(pos|sync)/\w+/\w+_main\.cpp)$")

READS = [
    (re.compile(r"\b(system_clock|steady_clock|high_resolution_clock|utc_clock|file_clock)\b"), "the clock"),
    (re.compile(r"(?<![\w.>:])(?:std::|::)?(time|gettimeofday|clock_gettime|localtime(?:_r)?|gmtime(?:_r)?|timespec_get)\s*\((?!\))(?!\s*(?:const\s+)?[A-Z])"), "the clock"),
    (re.compile(r"\bglfwGetTime\b"), "the clock"),
    (re.compile(r"\b(random_device|mt19937(?:_64)?|default_random_engine|minstd_rand\w*)\b"), "randomness"),
    (re.compile(r"(?<![\w.>])(?:std::|::)?(rand|srand|rand_r|drand48|getrandom|getentropy|arc4random\w*)\s*\("), "randomness"),
    (re.compile(r"\b(RAND_bytes|RAND_priv_bytes)\b"), "randomness"),
    (re.compile(r"(?<![\w.>])(?:std::|::)?(secure_)?getenv\s*\("), "the environment"),
    (re.compile(r"""\bdatetime\('now'|\bCURRENT_TIMESTAMP\b|\bunixepoch\(|\bstrftime\('""", re.IGNORECASE), "the clock through SQL"),
]


def check(root):
    problems = []
    for path in tree.files(root, ".h", ".cpp", ".sql", under=("payment", "sync", "pos")):
        if ALLOWED.match(path):
            continue
        text = tree.read(root, path)
        code = tree.code_only(text)
        for pattern, what in READS:
            source = text if what.endswith("SQL") else code
            for match in pattern.finditer(source):
                problems.append("%s:%d: reads %s (%s); take it as an argument" % (
                    path, tree.line_of(source, match.start()), what, match.group(0).strip(" (")))
    return problems


def self_test():
    for text, words in [
        ("auto t = std::chrono::system_clock::now();", "the clock"),
        ("auto t = steady_clock::now();", "the clock"),
        ("auto t = time(nullptr);", "the clock"),
        ("auto t = ::time(&x);", "the clock"),
        ("gettimeofday(&tv, nullptr);", "the clock"),
        ("localtime_r(&t, &tm);", "the clock"),
        ("std::random_device d;", "randomness"),
        ("int r = rand() % 6;", "randomness"),
        ("std::mt19937 g(1);", "randomness"),
        ("RAND_bytes(p, 8);", "randomness"),
        ('auto h = std::getenv("HOME");', "the environment"),
        ('exec("SELECT datetime(\'now\')");', "through SQL"),
    ]:
        tree.expect_caught(check, {"sync/client/a.cpp": text}, words)
        tree.expect_clean(check, {"payment/base/clock.cpp": text})
    tree.expect_clean(check, {"pos/app/pos_main.cpp": 'getenv("X");'})
    tree.expect_caught(check, {"pos/app/main_view.cpp": 'getenv("X");'}, "the environment")
    for fine in ["clock.utc();", "Row row{sale.time(3)};", "// time(nullptr)", "SeededRandom random(seed);", "explicit A(const Clock& c) : clock(c) {}", "serving_time(x);",
                 "std::string time(UtcInstant at);", "std::this_thread::sleep_for(ms);", 'log("time(x)");']:
        tree.expect_clean(check, {"sync/client/a.cpp": fine})


if __name__ == "__main__":
    tree.main(check, self_test)
