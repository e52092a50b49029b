-- The terminal's database as it is today: the readable truth. Never run on an existing file: those
-- follow the numbered steps, and a test proves that both roads lead to the same schema.
-- Debian 12's SQLite 3.40.1 can corrupt a WAL database when two connections write and checkpoint at
-- once, so exactly one connection, locking_mode=EXCLUSIVE, ever owns this file.

PRAGMA application_id = 1297435726; -- "MULN"
PRAGMA user_version = 5;

-- One run of numbers of this till's journal. Its entries are entry.id first_entry and on, so
-- (epoch, seq) is entry first_entry + seq - 1. head_* is the end of the chain kept apart from the
-- entries (finds a cut-off tail). acked_seq: the district has everything up to here; what is above
-- waits. This is the outbox: an entry is in it by being written, and never leaves the file.
CREATE TABLE epoch (
    n           INTEGER PRIMARY KEY,
    till        TEXT    NOT NULL,
    id          TEXT    NOT NULL UNIQUE,
    first_entry INTEGER NOT NULL,
    head_seq    INTEGER NOT NULL,
    head_hash   BLOB    NOT NULL,
    acked_seq   INTEGER NOT NULL DEFAULT 0 CHECK (acked_seq BETWEEN 0 AND head_seq)
) STRICT;

-- The journal: what was signed, byte by byte (sync/journal/FORMAT.md).
CREATE TABLE entry (
    id    INTEGER PRIMARY KEY,
    epoch INTEGER NOT NULL REFERENCES epoch (n),
    seq   INTEGER NOT NULL,
    prev  BLOB    NOT NULL CHECK (length(prev) = 32),
    hash  BLOB    NOT NULL CHECK (length(hash) = 32),
    sig   BLOB    NOT NULL CHECK (length(sig) = 64),
    body  TEXT    NOT NULL
) STRICT;
CREATE TRIGGER entry_is_never_changed BEFORE UPDATE ON entry
    BEGIN SELECT RAISE(ABORT, 'journal entries are never changed'); END;
CREATE TRIGGER entry_is_never_deleted BEFORE DELETE ON entry
    BEGIN SELECT RAISE(ABORT, 'journal entries are never deleted'); END;

-- Refs the caller has used, each once: a repeated sale or void finds its first entry.
CREATE TABLE request (
    ref   TEXT    PRIMARY KEY,
    entry INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- From here to `shift`: derived from the journal, and rebuilt from it by verify.
-- Dates are days since 1970-01-01, minute is the minute of the day in China. voided_by: entry of the void.
-- refunded_by: entry of the refund after which nothing is left of the sale.
CREATE TABLE sale (
    entry             INTEGER PRIMARY KEY,
    business_date     INTEGER NOT NULL,
    minute            INTEGER NOT NULL,
    meal              TEXT    NOT NULL,
    service           TEXT    NOT NULL,
    category          TEXT    NOT NULL,
    diner             TEXT,
    shift             TEXT    NOT NULL,
    training          INTEGER NOT NULL,
    list_fen          INTEGER NOT NULL,
    delivery_fen      INTEGER NOT NULL,
    benefit_fen       INTEGER NOT NULL,
    paid_fen          INTEGER NOT NULL,
    cash_rounding_fen INTEGER NOT NULL,
    voided_by         INTEGER,
    void_shift        TEXT
, refunded_by INTEGER) STRICT;
CREATE INDEX sale_by_day ON sale (business_date, meal, diner);
CREATE INDEX sale_by_void_shift ON sale (void_shift) WHERE void_shift IS NOT NULL;

CREATE TABLE sale_line (
    sale       INTEGER NOT NULL,
    n          INTEGER NOT NULL,
    item       TEXT    NOT NULL,
    name_zh    TEXT    NOT NULL,
    name_en    TEXT    NOT NULL,
    quantity   INTEGER NOT NULL,
    weight_g   INTEGER NOT NULL,
    amount_fen INTEGER NOT NULL,
    PRIMARY KEY (sale, n)
) STRICT, WITHOUT ROWID;

-- Who pays which part of a benefit, and what is owed to the operator beside the price.
CREATE TABLE sale_share (
    sale       INTEGER NOT NULL,
    n          INTEGER NOT NULL,
    kind       TEXT    NOT NULL CHECK (kind IN ('benefit', 'operator')),
    rule       TEXT    NOT NULL,
    payer      TEXT    NOT NULL,
    amount_fen INTEGER NOT NULL,
    PRIMARY KEY (sale, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE sale_payment (
    sale       INTEGER NOT NULL,
    n          INTEGER NOT NULL,
    method     TEXT    NOT NULL,
    channel    TEXT    NOT NULL,
    attempt    TEXT    NOT NULL,
    amount_fen INTEGER NOT NULL,
    PRIMARY KEY (sale, n)
) STRICT, WITHOUT ROWID;

-- What policy counters and pools have used, by CounterUse::key.
CREATE TABLE counter (
    key        TEXT    PRIMARY KEY,
    uses       INTEGER NOT NULL,
    amount_fen INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Meals served to a diner on a day; the row goes when its last sale is voided.
CREATE TABLE visit (
    diner         TEXT    NOT NULL,
    meal          TEXT    NOT NULL,
    business_date INTEGER NOT NULL,
    sales         INTEGER NOT NULL,
    last_sale     INTEGER NOT NULL,
    PRIMARY KEY (diner, meal, business_date)
) STRICT, WITHOUT ROWID;

-- Money given back for sales that stand: its own day, its own shift. target: entry of the sale.
CREATE TABLE refund (
    entry             INTEGER PRIMARY KEY,
    target            INTEGER NOT NULL,
    business_date     INTEGER NOT NULL,
    shift             TEXT    NOT NULL,
    whole             INTEGER NOT NULL,
    list_fen          INTEGER NOT NULL,
    benefit_fen       INTEGER NOT NULL,
    paid_fen          INTEGER NOT NULL,
    cash_rounding_fen INTEGER NOT NULL
) STRICT;
CREATE INDEX refund_by_day ON refund (business_date);
CREATE INDEX refund_by_target ON refund (target);
CREATE INDEX refund_by_shift ON refund (shift);
CREATE TABLE refund_share (
    refund     INTEGER NOT NULL,
    n          INTEGER NOT NULL,
    rule       TEXT    NOT NULL,
    payer      TEXT    NOT NULL,
    amount_fen INTEGER NOT NULL,
    PRIMARY KEY (refund, n)
) STRICT, WITHOUT ROWID;
CREATE TABLE refund_payment (
    refund     INTEGER NOT NULL,
    n          INTEGER NOT NULL,
    method     TEXT    NOT NULL,
    channel    TEXT    NOT NULL,
    attempt    TEXT    NOT NULL,
    task       TEXT    NOT NULL,
    amount_fen INTEGER NOT NULL,
    PRIMARY KEY (refund, n)
) STRICT, WITHOUT ROWID;

-- Money put on stored-value cards.
CREATE TABLE top_up (
    entry             INTEGER PRIMARY KEY,
    business_date     INTEGER NOT NULL,
    shift             TEXT    NOT NULL,
    card              TEXT    NOT NULL,
    amount_fen        INTEGER NOT NULL,
    cash_rounding_fen INTEGER NOT NULL,
    training          INTEGER NOT NULL
) STRICT;
CREATE INDEX top_up_by_day ON top_up (business_date, card);
CREATE INDEX top_up_by_shift ON top_up (shift);
CREATE TABLE top_up_payment (
    top_up     INTEGER NOT NULL,
    n          INTEGER NOT NULL,
    method     TEXT    NOT NULL,
    channel    TEXT    NOT NULL,
    attempt    TEXT    NOT NULL,
    amount_fen INTEGER NOT NULL,
    PRIMARY KEY (top_up, n)
) STRICT, WITHOUT ROWID;

-- What sales took of each lease, less what voids and whole refunds gave back; and the leases given up for good.
CREATE TABLE lease_spent (
    lease      TEXT    PRIMARY KEY,
    uses       INTEGER NOT NULL,
    amount_fen INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE lease_returned (
    lease TEXT    PRIMARY KEY,
    entry INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- At most one is open.
CREATE TABLE shift (
    id               TEXT    PRIMARY KEY,
    opened           INTEGER NOT NULL,
    closed           INTEGER,
    business_date    INTEGER NOT NULL,
    at_ms            INTEGER NOT NULL,
    site             TEXT    NOT NULL,
    cashier          TEXT    NOT NULL,
    drawer_float_fen INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX shift_one_open ON shift ((closed IS NULL)) WHERE closed IS NULL;

-- Payment attempts (payment/port/attempt.h). sale: the entry that it paid.
CREATE TABLE attempt (
    id           TEXT    PRIMARY KEY,
    order_ref    TEXT    NOT NULL,
    channel      TEXT    NOT NULL,
    method       TEXT    NOT NULL,
    amount_fen   INTEGER NOT NULL,
    state        TEXT    NOT NULL,
    state_seq    INTEGER NOT NULL,
    settled      INTEGER NOT NULL,
    created_ms   INTEGER NOT NULL,
    changed_ms   INTEGER NOT NULL,
    outcome      TEXT    NOT NULL,
    channel_code TEXT    NOT NULL,
    channel_text TEXT    NOT NULL,
    polls        INTEGER NOT NULL,
    code_hash    TEXT    NOT NULL,
    sale         INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX attempt_by_order ON attempt (order_ref);
CREATE INDEX attempt_unsettled ON attempt (created_ms) WHERE settled = 0;
CREATE TABLE attempt_ref (
    attempt TEXT NOT NULL,
    name    TEXT NOT NULL,
    value   TEXT NOT NULL,
    PRIMARY KEY (attempt, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE attempt_discount (
    attempt    TEXT    NOT NULL,
    n          INTEGER NOT NULL,
    sponsor    TEXT    NOT NULL,
    amount_fen INTEGER NOT NULL,
    PRIMARY KEY (attempt, n)
) STRICT, WITHOUT ROWID;

-- Refunds whose money is on its way over a channel: the body they will have. One a sale.
CREATE TABLE refund_plan (
    id     INTEGER PRIMARY KEY,
    ref    TEXT    NOT NULL UNIQUE,
    target INTEGER NOT NULL UNIQUE,
    body   TEXT    NOT NULL
) STRICT;

-- Money going back over a channel (payment/port/refund_journal.h). counts: not refused and not voided.
CREATE TABLE refund_task (
    id                  TEXT    PRIMARY KEY,
    attempt             TEXT    NOT NULL,
    order_ref           TEXT    NOT NULL,
    channel             TEXT    NOT NULL,
    attempt_amount_fen  INTEGER NOT NULL,
    amount_fen          INTEGER NOT NULL,
    refunded_before_fen INTEGER NOT NULL,
    cause               TEXT    NOT NULL,
    reason              TEXT    NOT NULL,
    approver            TEXT    NOT NULL,
    state               TEXT    NOT NULL,
    state_seq           INTEGER NOT NULL,
    settled             INTEGER NOT NULL,
    counts              INTEGER NOT NULL,
    created_ms          INTEGER NOT NULL,
    changed_ms          INTEGER NOT NULL,
    outcome             TEXT    NOT NULL,
    channel_code        TEXT    NOT NULL,
    channel_text        TEXT    NOT NULL,
    sends               INTEGER NOT NULL,
    polls               INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX refund_task_by_attempt ON refund_task (attempt);
CREATE INDEX refund_task_unsettled ON refund_task (created_ms) WHERE settled = 0;
CREATE TABLE refund_task_ref (
    task  TEXT NOT NULL,
    name  TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (task, name)
) STRICT, WITHOUT ROWID;

-- Slices of shared pools, as granted by the district; and what orders under way hold of them.
CREATE TABLE lease (
    id             TEXT    PRIMARY KEY,
    pool           TEXT    NOT NULL,
    serial         INTEGER NOT NULL,
    till           TEXT    NOT NULL,
    epoch          TEXT    NOT NULL,
    uses           INTEGER,
    amount_fen     INTEGER,
    valid_until_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX lease_by_pool ON lease (pool);
CREATE TABLE lease_hold (
    ref        TEXT    NOT NULL,
    lease      TEXT    NOT NULL,
    uses       INTEGER NOT NULL,
    amount_fen INTEGER NOT NULL,
    PRIMARY KEY (ref, lease)
) STRICT, WITHOUT ROWID;
CREATE INDEX lease_hold_by_lease ON lease_hold (lease);

-- Slips that were promised. done_ms: the printer has it, or nobody waits for it any more. copies: marked ones.
CREATE TABLE slip (
    entry     INTEGER PRIMARY KEY,
    kind      TEXT    NOT NULL,
    queued_ms INTEGER NOT NULL
, done_ms INTEGER, copies INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE INDEX slip_waiting ON slip (entry) WHERE done_ms IS NULL;
-- Sentences on the slip of a sale beside its figures, by the sale's ref.
CREATE TABLE slip_note (
    ref  TEXT    NOT NULL,
    n    INTEGER NOT NULL,
    text TEXT    NOT NULL,
    PRIMARY KEY (ref, n)
) STRICT, WITHOUT ROWID;

-- Sent down by the district, or registered here. Lists are joined by line feeds.
CREATE TABLE diner (
    id               TEXT    NOT NULL UNIQUE,
    name             TEXT    NOT NULL,
    pinyin           TEXT    NOT NULL,
    birth_date       INTEGER NOT NULL,
    sex              TEXT    NOT NULL,
    id_hash          TEXT    NOT NULL,
    id_last4         TEXT    NOT NULL,
    phone_last4      TEXT    NOT NULL,
    hukou            TEXT    NOT NULL,
    residence        TEXT    NOT NULL,
    road             TEXT    NOT NULL,
    aid              TEXT    NOT NULL,
    disability_grade INTEGER NOT NULL,
    care             TEXT    NOT NULL,
    living           TEXT    NOT NULL,
    tags             TEXT    NOT NULL,
    approved         TEXT    NOT NULL,
    cards            TEXT    NOT NULL,
    diet             TEXT    NOT NULL,
    active           INTEGER NOT NULL
) STRICT;
CREATE INDEX diner_by_id_hash ON diner (id_hash) WHERE id_hash <> '';
CREATE INDEX diner_by_id_last4 ON diner (id_last4, id) WHERE active = 1;
CREATE INDEX diner_by_phone_last4 ON diner (phone_last4, id) WHERE active = 1;
-- Every reading of every active person's name, in initials; visitor_reading holds those of people who have been
-- here, so that they come first without looking at everybody.
CREATE TABLE diner_reading (
    reading TEXT NOT NULL,
    diner   TEXT NOT NULL,
    PRIMARY KEY (reading, diner)
) STRICT, WITHOUT ROWID;
CREATE TABLE visitor_reading (
    reading TEXT NOT NULL,
    diner   TEXT NOT NULL,
    PRIMARY KEY (reading, diner)
) STRICT, WITHOUT ROWID;
CREATE TABLE card (
    hash    TEXT    PRIMARY KEY,
    last4   TEXT    NOT NULL,
    kind    TEXT    NOT NULL,
    diner   TEXT    NOT NULL,
    blocked INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX card_by_diner ON card (diner);
-- People registered here, for the district. Rows stay after upload.
CREATE TABLE diner_outbox (
    id       INTEGER PRIMARY KEY,
    diner    TEXT    NOT NULL,
    uploaded INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE usual_hint (
    diner TEXT NOT NULL,
    meal  TEXT NOT NULL,
    item  TEXT NOT NULL,
    PRIMARY KEY (diner, meal)
) STRICT, WITHOUT ROWID;

CREATE TABLE site (
    id                  TEXT    PRIMARY KEY,
    position            INTEGER NOT NULL,
    name_zh             TEXT    NOT NULL,
    name_en             TEXT    NOT NULL,
    subdistrict         TEXT    NOT NULL,
    subdistrict_name_zh TEXT    NOT NULL,
    subdistrict_name_en TEXT    NOT NULL,
    vendor              TEXT    NOT NULL,
    kind                TEXT    NOT NULL,
    tags                TEXT    NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE site_window (
    site         TEXT    NOT NULL,
    n            INTEGER NOT NULL,
    meal         TEXT    NOT NULL,
    from_minute  INTEGER NOT NULL,
    until_minute INTEGER NOT NULL,
    PRIMARY KEY (site, n)
) STRICT, WITHOUT ROWID;
CREATE TABLE subdistrict (
    code    TEXT PRIMARY KEY,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE vendor (
    id       TEXT    PRIMARY KEY,
    position INTEGER NOT NULL,
    name_zh  TEXT    NOT NULL,
    name_en  TEXT    NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE staff (
    id     TEXT    PRIMARY KEY,
    name   TEXT    NOT NULL,
    role   TEXT    NOT NULL,
    pin    TEXT    NOT NULL,
    active INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- Wrong PINs in a row; written before the PIN is looked at.
CREATE TABLE pin_try (
    staff           TEXT    PRIMARY KEY,
    failed          INTEGER NOT NULL,
    next_allowed_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- Menus as published; sold_out holds the marks made at the counter over them.
CREATE TABLE menu (
    site TEXT    NOT NULL,
    date INTEGER NOT NULL,
    meal TEXT    NOT NULL,
    PRIMARY KEY (site, date, meal)
) STRICT, WITHOUT ROWID;
CREATE TABLE menu_item (
    site       TEXT    NOT NULL,
    date       INTEGER NOT NULL,
    meal       TEXT    NOT NULL,
    n          INTEGER NOT NULL,
    item       TEXT    NOT NULL,
    name_zh    TEXT    NOT NULL,
    name_en    TEXT    NOT NULL,
    detail_zh  TEXT    NOT NULL,
    detail_en  TEXT    NOT NULL,
    item_class TEXT    NOT NULL,
    price_fen  INTEGER NOT NULL,
    weighed    INTEGER NOT NULL,
    sold_out   INTEGER NOT NULL,
    PRIMARY KEY (site, date, meal, n)
) STRICT, WITHOUT ROWID;
CREATE TABLE sold_out (
    site     TEXT    NOT NULL,
    date     INTEGER NOT NULL,
    meal     TEXT    NOT NULL,
    item     TEXT    NOT NULL,
    sold_out INTEGER NOT NULL,
    PRIMARY KEY (site, date, meal, item)
) STRICT, WITHOUT ROWID;
CREATE TABLE policy (
    name TEXT PRIMARY KEY,
    text TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE setting (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Stored-value cards while the account service cannot be reached: what was granted or taken here. told: the
-- service knows the row as it now is.
CREATE TABLE card_note (
    id         TEXT    PRIMARY KEY,
    kind       TEXT    NOT NULL CHECK (kind IN ('debit', 'top_up')),
    card       TEXT    NOT NULL,
    amount_fen INTEGER NOT NULL CHECK (amount_fen > 0),
    day        INTEGER NOT NULL,
    at_ms      INTEGER NOT NULL,
    returned   INTEGER NOT NULL,
    told       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX card_note_by_day ON card_note (day, card);
CREATE INDEX card_note_untold ON card_note (at_ms) WHERE told = 0;
-- The last balance that the service named.
CREATE TABLE card_heard (
    card        TEXT    PRIMARY KEY,
    balance_fen INTEGER NOT NULL,
    state       TEXT    NOT NULL,
    heard_ms    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- What the district says beside its records (model/district_word.h). A line of denied stands whether or
-- not the card or diner is known here.
CREATE TABLE denied (
    kind     TEXT    NOT NULL CHECK (kind IN ('card', 'diner')),
    subject  TEXT    NOT NULL,
    reason   TEXT    NOT NULL,
    since_ms INTEGER NOT NULL,
    PRIMARY KEY (kind, subject)
) STRICT, WITHOUT ROWID;
CREATE TABLE site_verdict (
    till          TEXT    NOT NULL,
    epoch         TEXT    NOT NULL,
    seq           INTEGER NOT NULL,
    hash          TEXT    NOT NULL,
    n             INTEGER NOT NULL,
    business_date INTEGER NOT NULL,
    meal          TEXT    NOT NULL,
    diner         TEXT    NOT NULL,
    reason        TEXT    NOT NULL,
    period        TEXT    NOT NULL,
    claimed_fen   INTEGER NOT NULL,
    posted_fen    INTEGER NOT NULL,
    vendor_fen    INTEGER NOT NULL,
    tolerance_fen INTEGER NOT NULL,
    diner_fen     INTEGER NOT NULL,
    suspense_fen  INTEGER NOT NULL,
    at_ms         INTEGER NOT NULL,
    PRIMARY KEY (till, epoch, seq, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX site_verdict_by_time ON site_verdict (at_ms);
-- Cards reported lost at this counter: blocked here whatever a bundle says, until the district, having
-- heard of it, says that the card is in order again. told_change: the number of the district's changes when
-- it had heard, in this incarnation of its data; 0 while it has not.
CREATE TABLE lost_here (
    card        TEXT    PRIMARY KEY,
    at_ms       INTEGER NOT NULL,
    told        INTEGER NOT NULL,
    told_change INTEGER NOT NULL,
    incarnation TEXT    NOT NULL
) STRICT, WITHOUT ROWID;
