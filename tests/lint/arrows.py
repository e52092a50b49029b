#!/usr/bin/env python3
"""The plan of the house: which rooms there are, which room may include which, and what stands at the
top level. To let one room see another, change ALLOWED here and say why in the commit."""

import os
import re

import tree

TOP_LEVEL = {"CMakeLists.txt", "pos", "payment", "sync", "assets", "tests", "README.md", "LICENSE", "CMakePresets.json"}

BASE = ["payment/base", "payment/money"]
ADAPTERS = ["cash", "senior_card", "unionpay", "chinaums", "wechat", "alipay", "card_terminal", "simulated"]
SCREENS = ["serve", "lookup", "tender", "register_diner", "correct", "shift", "day_report", "menu", "delivery",
           "sync_status", "sign_in", "settings", "refund", "review", "display", "top_up"]

# A room, and what it may see beside itself: rooms, or single headers.
ALLOWED = {
    "payment/base": [],
    "payment/money": ["payment/base"],
    "payment/port": BASE,
    "payment/wire": BASE + ["payment/port"],
    # An adapter in a process of its own: the protocol, both its ends, and the vendor's plug-in.
    "payment/host": BASE + ["payment/port"],
    "payment/table": BASE + ["payment/port", "payment/host"] + ["payment/" + name for name in ADAPTERS],
    "sync/model": BASE + ["payment/port/outcome.h"],
    "sync/demo": BASE + ["sync/model"],
    "sync/policy": BASE + ["sync/model"],
    "sync/journal": BASE + ["sync/model"],
    "sync/verify": [],
    "sync/settlement": BASE + ["sync/model"],
    "sync/store": BASE + ["payment/port", "sync/model", "sync/journal"],
    "sync/wire": BASE + ["sync/model", "sync/journal"],
    "sync/client": BASE + ["sync/model", "sync/journal", "sync/wire", "sync/store"],
    # The district, from below: how it is spoken to; what it keeps; what it thinks of that; what it owes.
    "sync/http": BASE + ["sync/model", "sync/wire"],
    "sync/backtest": BASE + ["sync/model", "sync/policy", "sync/wire"],
    "sync/district": BASE + ["sync/model", "sync/journal", "sync/wire", "sync/leases", "sync/database", "sync/backtest"],
    "sync/statements": BASE + ["sync/model", "sync/journal", "sync/wire", "sync/database", "sync/district"],
    "sync/judging": BASE + ["sync/model", "sync/policy", "sync/journal", "sync/wire", "sync/settlement", "sync/database",
                     "sync/district", "sync/backtest"],
    "sync/books": BASE + ["sync/model", "sync/settlement", "sync/database", "sync/backtest", "sync/district",
                   "sync/judging"],
    "sync/server": BASE + ["sync/model", "sync/policy", "sync/journal", "sync/wire", "sync/database", "sync/http",
                    "sync/district", "sync/backtest", "sync/statements", "sync/judging", "sync/books", "sync/console"],
    "sync/leases": BASE + ["sync/model", "sync/journal", "sync/policy"],
    "sync/database": ["payment/base"],
    # The district's office: who may sign in, who looked at what, and the pages that show it.
    "sync/console": BASE + ["sync/model", "sync/journal", "sync/database", "sync/http", "sync/district",
                     "sync/statements", "sync/judging", "sync/books"],
    "pos/text": BASE + ["sync/model"],
    "pos/touch": BASE + ["pos/text"],
    "pos/device": BASE + ["sync/model", "pos/text"],
    # The second person is a part of several screens, and no screen.
    "pos/approve": BASE + ["sync/model", "pos/touch", "pos/text"],
}
ALLOWED.update({"payment/" + name: BASE + ["payment/port", "payment/wire"] for name in ADAPTERS})
# Plain records only: what became of an attempt, never who runs it.
SCREEN_SEES = BASE + ["payment/port/outcome.h", "payment/port/attempt.h", "sync/model", "sync/policy",
                      "pos/approve/approve.h"]
VIEW_SEES = ["pos/touch", "pos/text", "pos/approve"]

# The places where parts are joined may see anything.
JOINTS = re.compile(r"^(pos/app/|sync/server/(\w+_main|demo_seed)\.(cpp|h)$)")

# Outside libraries that only these rooms may touch.
GUARDED = [
    (re.compile(r"imgui|^GLFW/|^GL/"), ("pos/touch/",), "ImGui, GLFW and OpenGL belong to pos/touch"),
    (re.compile(r"^sqlite3\.h$"), ("sync/store/", "sync/database/"), "SQLite belongs to the stores"),
    (re.compile(r"^(libpq-fe|pg_config)\.h$"), ("sync/database/",), "libpq belongs to sync/database"),
    (re.compile(r"^boost/(beast|asio)"), ("sync/http/",), "the HTTP server belongs to sync/http"),
    (re.compile(r"^curl/"), ("sync/client/", "payment/wire/"), "libcurl belongs to sync/client and payment/wire"),
]

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)


def room_of(path):
    return "/".join(path.split("/")[:2])


def allowed_for(path):
    room = room_of(path)
    if room in ALLOWED:
        return ALLOWED[room]
    if room.startswith("pos/") and room[4:] in SCREENS:
        return SCREEN_SEES + VIEW_SEES if re.search(r"_view\.(h|cpp)$", path) else SCREEN_SEES
    return None


def may_see(allowed, header):
    return any(header == entry or header.startswith(entry + "/") for entry in allowed)


def include_problem(path, quoted, header):
    for pattern, rooms, why in GUARDED:
        if pattern.search(header) and not path.startswith(rooms):
            return why
    if quoted == "<":
        return None
    if header.startswith("tests/"):
        return "product code never includes tests"
    if not header.startswith(("payment/", "sync/", "pos/")):
        return 'write the full path from the root, or <> for a library'
    if JOINTS.match(path) or room_of(header) == room_of(path):
        return None
    allowed = allowed_for(path)
    if allowed is None:
        return "the room is not in the plan"
    return None if may_see(allowed, header) else "%s may not see this" % room_of(path)


def top_level_problems(root):
    ignored = set()
    if os.path.exists(os.path.join(root, ".gitignore")):
        ignored = {line.strip("/ \n") for line in tree.read(root, ".gitignore").split("\n") if line.startswith("/")}
    for name in sorted(os.listdir(root)):
        if name not in TOP_LEVEL and not name.startswith(".") and name not in ignored and name != "build":
            yield "%s: nothing else belongs at the top level" % name


def check(root):
    problems = list(top_level_problems(root))
    for path in tree.files(root, ".h", ".cpp", under=("payment", "sync", "pos")):
        text = tree.read(root, path)
        if path.count("/") < 2:
            problems.append("%s: sources stand in a room" % path)
            continue
        for match in INCLUDE.finditer(text):
            why = include_problem(path, match.group(1), match.group(2))
            if path.endswith(".h") and match.group(2) == "nlohmann/json.hpp":
                why = "JSON stays out of headers"
            if why:
                problems.append("%s:%d: includes %s: %s" % (path, tree.line_of(text, match.start()), match.group(2), why))
    return problems


def self_test():
    def caught(path, include, words):
        tree.expect_caught(check, {path: "#include %s\n" % include}, words)

    def clean(path, include):
        tree.expect_clean(check, {path: "#include %s\n" % include})

    caught("payment/base/a.h", '"payment/money/money.h"', "payment/base may not see this")
    caught("payment/port/a.cpp", '"sync/model/sale.h"', "payment/port may not see this")
    caught("payment/cash/a.cpp", '"payment/simulated/simulated_adapter.h"', "payment/cash may not see this")
    caught("sync/model/a.h", '"payment/port/runner.h"', "sync/model may not see this")
    caught("sync/policy/a.h", '"sync/store/terminal_store.h"', "may not see")
    caught("sync/server/a.cpp", '"sync/client/exchange.h"', "sync/server may not see this")
    caught("sync/server/a.cpp", '"sync/store/terminal_store.h"', "sync/server may not see this")
    caught("pos/serve/serve.cpp", '"pos/tender/tender.h"', "pos/serve may not see this")
    caught("pos/serve/serve.cpp", '"pos/touch/ui.h"', "pos/serve may not see this")
    caught("pos/serve/serve_view.cpp", "<imgui.h>", "belong to pos/touch")
    caught("pos/app/a.cpp", "<sqlite3.h>", "belongs to the stores")
    caught("pos/app/a.cpp", '"tests/support/x.h"', "never includes tests")
    caught("pos/app/a.cpp", '"x.h"', "full path")
    caught("pos/cellar/a.cpp", '"payment/base/id.h"', "not in the plan")
    caught("sync/model/a.h", "<nlohmann/json.hpp>", "out of headers")
    caught("pos/loose.cpp", "<map>", "stand in a room")
    caught("src/a.cpp", "<map>", "nothing else belongs at the top level")
    clean("pos/app/a.cpp", '"sync/store/terminal_store.h"')
    clean("pos/serve/serve_view.cpp", '"pos/touch/ui.h"')
    clean("pos/serve/serve.cpp", '"payment/port/outcome.h"')
    clean("sync/wire/a.h", "<nlohmann/json_fwd.hpp>")
    clean("sync/store/a.cpp", "<sqlite3.h>")
    clean("sync/server/district_main.cpp", '"sync/demo/demo_district.h"')


if __name__ == "__main__":
    tree.main(check, self_test)
