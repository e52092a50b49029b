-- First step: an empty file becomes version 1. Never edited once released.
CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The district's one counter of changes, and the last change of anything but people.
CREATE TABLE change_counter (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    change INTEGER NOT NULL,
    snapshot_change INTEGER NOT NULL
) STRICT;
INSERT INTO change_counter (id, change, snapshot_change) VALUES (1, 0, 0);

CREATE TABLE till (
    id TEXT PRIMARY KEY,
    site TEXT NOT NULL,
    signing_key TEXT NOT NULL,
    certificate_sha256 TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('active', 'revoked')),
    enrolled_ms INTEGER NOT NULL,
    last_seen_ms INTEGER NOT NULL,
    clock_ahead_ms INTEGER NOT NULL,
    waiting INTEGER NOT NULL,
    software TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE enrolment_code (
    secret_sha256 TEXT PRIMARY KEY,
    till TEXT NOT NULL,
    site TEXT NOT NULL,
    expires_ms INTEGER NOT NULL,
    used_ms INTEGER
) STRICT, WITHOUT ROWID;

-- How far each epoch is held without a gap, and what the chain said there.
CREATE TABLE epoch (
    till TEXT NOT NULL,
    epoch TEXT NOT NULL,
    position INTEGER NOT NULL,
    watermark INTEGER NOT NULL,
    hash TEXT NOT NULL,
    parent_epoch TEXT NOT NULL,
    parent_seq INTEGER NOT NULL,
    sales INTEGER NOT NULL,
    voids INTEGER NOT NULL,
    list_fen INTEGER NOT NULL,
    benefit_fen INTEGER NOT NULL,
    paid_fen INTEGER NOT NULL,
    PRIMARY KEY (till, epoch)
) STRICT, WITHOUT ROWID;

-- The signed entries, exactly as they came. kept = 0 marks a place whose entry is in quarantine.
CREATE TABLE entry (
    id INTEGER PRIMARY KEY,
    till TEXT NOT NULL,
    epoch TEXT NOT NULL,
    seq INTEGER NOT NULL,
    kept INTEGER NOT NULL,
    prev TEXT NOT NULL,
    hash TEXT NOT NULL,
    sig TEXT NOT NULL,
    body TEXT NOT NULL,
    received_ms INTEGER NOT NULL,
    UNIQUE (till, epoch, seq)
) STRICT;

-- Another signed entry under a number that was taken: a cloned or restored till.
CREATE TABLE fork_entry (
    till TEXT NOT NULL,
    epoch TEXT NOT NULL,
    seq INTEGER NOT NULL,
    hash TEXT NOT NULL,
    prev TEXT NOT NULL,
    sig TEXT NOT NULL,
    body TEXT NOT NULL,
    received_ms INTEGER NOT NULL,
    PRIMARY KEY (till, epoch, seq, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE quarantine (
    id INTEGER PRIMARY KEY,
    till TEXT NOT NULL,
    reason TEXT NOT NULL,
    raw_sha256 TEXT NOT NULL,
    raw TEXT NOT NULL,
    received_ms INTEGER NOT NULL,
    UNIQUE (till, reason, raw_sha256)
) STRICT;

-- Things about an entry that a person should look at; the entry itself counts.
CREATE TABLE finding (
    till TEXT NOT NULL,
    epoch TEXT NOT NULL,
    seq INTEGER NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    found_ms INTEGER NOT NULL,
    PRIMARY KEY (till, epoch, seq, kind)
) STRICT, WITHOUT ROWID;

-- Derived from entry.body, for counting.
CREATE TABLE sale (
    entry INTEGER PRIMARY KEY REFERENCES entry (id),
    till TEXT NOT NULL,
    epoch TEXT NOT NULL,
    seq INTEGER NOT NULL,
    business_day INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    site TEXT NOT NULL,
    vendor TEXT NOT NULL,
    subdistrict TEXT NOT NULL,
    meal TEXT NOT NULL,
    service TEXT NOT NULL,
    category TEXT NOT NULL,
    diner TEXT NOT NULL,
    list_fen INTEGER NOT NULL,
    delivery_fen INTEGER NOT NULL,
    benefit_fen INTEGER NOT NULL,
    paid_fen INTEGER NOT NULL,
    training INTEGER NOT NULL
) STRICT;
CREATE INDEX sale_by_day ON sale (business_day, site);

CREATE TABLE sale_payer (
    entry INTEGER NOT NULL REFERENCES entry (id),
    kind TEXT NOT NULL CHECK (kind IN ('benefit', 'operator')),
    payer TEXT NOT NULL,
    amount_fen INTEGER NOT NULL,
    PRIMARY KEY (entry, kind, payer)
) STRICT, WITHOUT ROWID;

CREATE TABLE sale_tender (
    entry INTEGER NOT NULL REFERENCES entry (id),
    method TEXT NOT NULL,
    amount_fen INTEGER NOT NULL,
    PRIMARY KEY (entry, method)
) STRICT, WITHOUT ROWID;

-- May arrive before the sale it undoes.
CREATE TABLE sale_void (
    till TEXT NOT NULL,
    epoch TEXT NOT NULL,
    seq INTEGER NOT NULL,
    entry INTEGER NOT NULL REFERENCES entry (id),
    business_day INTEGER NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (till, epoch, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE subdistrict (code TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE vendor (id TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE site (id TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE staff (
    site TEXT NOT NULL,
    id TEXT NOT NULL,
    record TEXT NOT NULL,
    PRIMARY KEY (site, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE menu (
    site TEXT NOT NULL,
    day INTEGER NOT NULL,
    meal TEXT NOT NULL,
    record TEXT NOT NULL,
    PRIMARY KEY (site, day, meal)
) STRICT, WITHOUT ROWID;
CREATE TABLE policy (
    name TEXT PRIMARY KEY,
    text TEXT NOT NULL,
    published_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE diner (
    id TEXT PRIMARY KEY,
    change INTEGER NOT NULL,
    id_hash TEXT,
    record TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX diner_by_change ON diner (change);
CREATE UNIQUE INDEX diner_by_id_hash ON diner (id_hash) WHERE id_hash IS NOT NULL;
CREATE TABLE card (
    hash TEXT PRIMARY KEY,
    change INTEGER NOT NULL,
    diner TEXT NOT NULL,
    record TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX card_by_change ON card (change);

-- Ids that a till gave to somebody whom the district knew already.
CREATE TABLE diner_alias (
    sent TEXT PRIMARY KEY,
    kept TEXT NOT NULL
) STRICT, WITHOUT ROWID;
