-- Leases on pools that everybody shares: what was granted, what tills took of it, what came back.
-- A row for each pool ever granted from; whoever grants writes it first, so that one grants at a time.
CREATE TABLE lease_pool (
    pool TEXT PRIMARY KEY,
    grants INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- As granted last. Serial 0: seen in a journal, never granted here (or forgotten by a restored database).
CREATE TABLE lease (
    id TEXT PRIMARY KEY,
    pool TEXT NOT NULL,
    serial INTEGER NOT NULL,
    till TEXT NOT NULL,
    epoch TEXT NOT NULL,
    uses INTEGER,
    amount_fen INTEGER,
    valid_until_ms INTEGER NOT NULL,
    change INTEGER NOT NULL,
    standing TEXT NOT NULL CHECK (standing IN ('open', 'returned', 'lapsed')),
    final_uses INTEGER NOT NULL,
    final_fen INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX lease_by_pool ON lease (pool, id);
CREATE INDEX lease_by_till ON lease (till, change);
-- Every grant as it went down.
CREATE TABLE lease_grant (
    lease TEXT NOT NULL,
    serial INTEGER NOT NULL,
    uses INTEGER,
    amount_fen INTEGER,
    valid_until_ms INTEGER NOT NULL,
    granted_ms INTEGER NOT NULL,
    PRIMARY KEY (lease, serial)
) STRICT, WITHOUT ROWID;
-- Derived from entry.body: what sales took.
CREATE TABLE lease_use (
    lease TEXT NOT NULL,
    till TEXT NOT NULL,
    epoch TEXT NOT NULL,
    seq INTEGER NOT NULL,
    uses INTEGER NOT NULL,
    amount_fen INTEGER NOT NULL,
    returns INTEGER NOT NULL,
    PRIMARY KEY (lease, till, epoch, seq)
) STRICT, WITHOUT ROWID;
-- When each till's leases were looked after, and what the district told its tills then.
CREATE TABLE lease_look (
    till TEXT PRIMARY KEY,
    looked_ms INTEGER NOT NULL,
    snapshot INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- Since when this database is what it says it is: a restored one may have forgotten grants.
CREATE TABLE lease_world (
    incarnation TEXT PRIMARY KEY,
    since_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
