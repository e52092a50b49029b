-- The district's office: who may sign in to the console, how often they tried, who is signed in, and
-- who looked at what. Of tokens only hashes are kept; passwords are scrypt records.
CREATE TABLE office_member (
    name TEXT PRIMARY KEY,
    shown TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('administrator', 'settlement', 'site_manager', 'auditor')),
    sites TEXT NOT NULL,
    password TEXT NOT NULL,
    closed INTEGER NOT NULL,
    demo INTEGER NOT NULL,
    changed_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE office_try (
    name TEXT NOT NULL,
    place TEXT NOT NULL,
    tries INTEGER NOT NULL,
    last_ms INTEGER NOT NULL,
    PRIMARY KEY (name, place)
) STRICT, WITHOUT ROWID;
CREATE TABLE office_session (
    token_hash TEXT PRIMARY KEY,
    member TEXT NOT NULL,
    began_ms INTEGER NOT NULL,
    seen_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE office_device (
    token_hash TEXT NOT NULL,
    member TEXT NOT NULL,
    seen_ms INTEGER NOT NULL,
    PRIMARY KEY (token_hash, member)
) STRICT, WITHOUT ROWID;
-- Never changed, never deleted; hash covers the line and all before it.
CREATE TABLE audit_line (
    seq INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    who TEXT NOT NULL,
    role TEXT NOT NULL,
    source TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    reason TEXT NOT NULL,
    hash TEXT NOT NULL
) STRICT;
