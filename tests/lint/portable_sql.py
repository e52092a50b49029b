#!/usr/bin/env python3
"""The district's SQL stays what PostgreSQL, CockroachDB, YugabyteDB and Citus all take (sync/database/README.md): no
locks, signals, triggers or sequences of a product, every writing transaction repeatable, an order for whatever is cut short, and for every table a word on how
it is spread (sync/district/schema/spread.txt) that its keys allow."""

import os
import re

import tree

SCHEMA = "sync/district/schema/schema.sql"
SPREAD = "sync/district/schema/spread.txt"
ROOMS = ("sync/database", "sync/district", "sync/judging", "sync/books", "sync/backtest", "sync/statements", "sync/console",
         "sync/server", "sync/http")
# The only place that may speak a product's own words: the seam's two sides.
SQLITE_ALONE = re.compile(r"/0(0\d|10)_\w+\.sql$")  # steps from before there was any other
SEAM = re.compile(r"^sync/database/(postgres|sqlite)")
LITERALS = re.compile(r'(?:"(?:\\.|[^"\\\n])*"\s*(?:[A-Z_]+\s+(?="))?)+')
SQL = re.compile(r"^\s*(SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|LOCK|LISTEN|NOTIFY|WITH|BEGIN|SET|PREPARE)\b")

NOWHERE = [
    (r"\b(UN)?LISTEN\b|\bNOTIFY\b|pg_notify", "LISTEN and NOTIFY"),
    (r"advisory", "an advisory lock"),
    (r"\bLOCK\s+TABLE\b", "a table lock"),
    (r"\bCREATE\s+(OR\s+REPLACE\s+)?(CONSTRAINT\s+)?(TRIGGER|RULE|FUNCTION)\b", "a trigger, rule or function"),
    (r"\bPREPARE\s+TRANSACTION\b", "a prepared transaction"),
]
OUTSIDE_THE_SEAM = [
    (r"\bCREATE\s+SEQUENCE\b|\b(nextval|currval|setval|last_insert_rowid)\b|\bSERIAL PRIMARY\b|\bBIGSERIAL\b|AUTOINCREMENT", "a sequence"),
    (r"\bDEFERRABLE\b|\bEXCLUDE\s+USING\b|\bINHERITS\b|\b(CREATE|ALTER)\s+TYPE\b|\bTEMP(ORARY)?\s+TABLE\b", "what not every product has"),
    (r"\bOR\s+(REPLACE|IGNORE)\b|\bREPLACE\s+INTO\b", "a conflict rule that is not ON CONFLICT"),
    (r"(?<!WITHOUT )\b(xmin|ctid|oid|rowid)\b", "a column of the product's own"),
    (r"\bjsonb?_|->>|::", "JSON functions or casts of one product"),
    (r"\bnow\(\)|CURRENT_(TIMESTAMP|DATE|TIME)|\brandom\(\)|datetime\(", "the database's clock or chance"),
    (r"\bFOR\s+(UPDATE|SHARE)\b", "a row lock that is not an UPDATE"),
]


def statements(text):
    """Offset and SQL of every literal, neighbours joined."""
    for match in LITERALS.finditer(text):
        joined = "".join(re.findall(r'"((?:\\.|[^"\\\n])*)"', match.group(0)))
        if SQL.match(joined):
            yield match.start(), joined


def wrong_in(path, sql):
    rules = NOWHERE if SEAM.match(path) else NOWHERE + OUTSIDE_THE_SEAM
    found = [what for pattern, what in rules if re.search(pattern, sql, re.IGNORECASE)]
    if re.search(r"\bLIMIT\b(?! 1\b)", sql) and "ORDER BY" not in sql:
        found.append("LIMIT without ORDER BY")
    return found


PLAIN = re.compile(r"\bTransaction \w+\((?![^)]*snapshot)")


def plain_transactions(path, text):
    """Writing that would not be repeated after a conflict with another server."""
    if path.startswith("sync/database/"):
        return []
    code = tree.code_only(text)
    return ["%s:%d: a transaction outside of in_transaction" % (path, tree.line_of(code, match.start())) for match in PLAIN.finditer(code)]


def tables(schema):
    """Name to (body, column by whose month it is split)."""
    found = {}
    for match in re.finditer(r'CREATE TABLE "?(\w+)"? \((.*?)\) STRICT[^;]*;(?:[ \t]*-- by month of (\w+))?', schema, re.DOTALL):
        unique = re.findall(r"CREATE UNIQUE INDEX \w+ ON %s (\([^)]*\))" % match.group(1), schema)
        found[match.group(1)] = (match.group(2) + "".join("\nUNIQUE " + columns for columns in unique), match.group(3))
    return found


def keys(body):
    """The columns of every key that must be unique: the primary key first."""
    lone = re.search(r"^\s*(\w+) \w+ PRIMARY KEY", body, re.MULTILINE)
    primary = [lone.group(1)] if lone else re.search(r"PRIMARY KEY \(([^)]*)\)", body).group(1).split(", ")
    return [primary] + [match.split(", ") for match in re.findall(r"\bUNIQUE \(([^)]*)\)", body)]


def wrong_in_table(name, body, month, spread):
    if "PRIMARY KEY" not in body:
        return ["table %s: no primary key" % name]
    if name not in spread:
        return ["table %s: say in %s how it is spread" % (name, SPREAD)]
    problems = []
    if month and any(month not in key for key in keys(body)):
        problems.append("table %s: split by %s, which is not in all its keys" % (name, month))
    if spread[name] != "whole" and any(spread[name] not in key for key in keys(body)):
        problems.append("table %s: spread by %s, which is not in all its keys" % (name, spread[name]))
    return problems


def read_spread(root):
    lines = tree.read(root, SPREAD).split("\n") if os.path.exists(os.path.join(root, SPREAD)) else []
    return dict(line.split()[:2] for line in lines if line.strip() and not line.startswith("#"))


def check(root):
    problems = []
    for path in tree.files(root, ".h", ".cpp", under=ROOMS):
        text = tree.read(root, path)
        for at, sql in statements(text):
            problems += ["%s:%d: %s" % (path, tree.line_of(text, at), what) for what in wrong_in(path, sql)]
        problems += plain_transactions(path, text)
    for path in tree.files(root, ".sql", under=("sync/district/schema",)):
        text = re.sub(r"--[^\n]*", "", tree.read(root, path))
        if not SQLITE_ALONE.search(path):
            problems += ["%s: %s" % (path, what) for what in wrong_in(path, text)]
    if os.path.exists(os.path.join(root, SCHEMA)):
        spread = read_spread(root)
        for name, (body, month) in tables(tree.read(root, SCHEMA)).items():
            problems += ["%s: %s" % (SCHEMA, what) for what in wrong_in_table(name, body, month, spread)]
    return problems


def self_test():
    for sql, word in [("LISTEN uploads", "LISTEN"), ("SELECT pg_advisory_lock(1)", "advisory"), ("LOCK TABLE entry", "table lock"),
                      ("SELECT nextval('n')", "sequence"), ("INSERT OR REPLACE INTO a VALUES (1)", "ON CONFLICT"),
                      ("SELECT rowid FROM a", "of the product's own"), ("SELECT a FROM b LIMIT ?", "without ORDER BY"),
                      ("SELECT a FROM b FOR UPDATE", "row lock"), ("SELECT now()", "clock"), ("CREATE TRIGGER t", "trigger")]:
        tree.expect_caught(check, {"sync/books/a.cpp": 'db.prepare("%s");' % sql}, word)
        tree.expect_caught(check, {"sync/books/a.cpp": 'db.prepare("%s"\n   "%s");' % (sql[:9], sql[9:])}, word)
    tree.expect_caught(check, {"sync/database/postgres.cpp": 'run("SELECT pg_advisory_lock(1)");'}, "advisory")
    tree.expect_clean(check, {"sync/database/postgres.cpp": 'run("SELECT setval(1, 2)");',
                              "sync/books/a.cpp": 'say("Listen to the diner"); db.prepare("SELECT a FROM b ORDER BY a LIMIT ?");'
                                                  ' db.prepare("SELECT a FROM b LIMIT 1"); // LOCK TABLE'})
    tree.expect_caught(check, {"sync/books/a.cpp": "database::Transaction transaction(access.database);"}, "outside of in_transaction")
    tree.expect_clean(check, {"sync/books/a.cpp": "const database::Transaction one(db, database::Isolation::snapshot);"})
    one = "CREATE TABLE a (\n    till TEXT NOT NULL,\n    seq INTEGER NOT NULL,\n    day INTEGER NOT NULL,\n    PRIMARY KEY (till, seq)\n) STRICT, WITHOUT ROWID;"
    tree.expect_clean(check, {SCHEMA: one, SPREAD: "a till\n"})
    tree.expect_caught(check, {SCHEMA: one, SPREAD: "b till\n"}, "how it is spread")
    tree.expect_caught(check, {SCHEMA: one, SPREAD: "a site\n"}, "not in all its keys")
    tree.expect_caught(check, {SCHEMA: one + " -- by month of day", SPREAD: "a till\n"}, "split by day")
    tree.expect_caught(check, {SCHEMA: one.replace("PRIMARY KEY (till, seq)", "UNIQUE (till, seq)"), SPREAD: "a till\n"}, "no primary key")


if __name__ == "__main__":
    tree.main(check, self_test)
