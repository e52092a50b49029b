-- The district's database as it is today. Steps (NNN_name.sql) lead here from an empty file; a test
-- proves that both roads give the same database. Times are milliseconds since 1970 UTC, dates are
-- days since 1970, money is fen, hashes, keys and signatures are lower-case hex.

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

-- How far each epoch is held without a gap, what the chain said there, and how far it was priced again.
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
    paid_fen INTEGER NOT NULL, priced INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (till, epoch)
) STRICT, WITHOUT ROWID;
CREATE INDEX epoch_to_price ON epoch (till, position) WHERE priced < watermark;

-- The signed entries, exactly as they came. Where each stands and its hash, in one table, so that a number
-- is taken once whatever its date; kept = 0 marks a place whose entry is in quarantine. What it says, in
-- one that PostgreSQL splits by the month of the signed business date (0: it has none).
CREATE TABLE "entry_place" (
    id INTEGER PRIMARY KEY,
    till TEXT NOT NULL,
    epoch TEXT NOT NULL,
    seq INTEGER NOT NULL,
    kept INTEGER NOT NULL,
    hash TEXT NOT NULL,
    received_ms INTEGER NOT NULL, business_day INTEGER NOT NULL DEFAULT 0,
    UNIQUE (till, epoch, seq)
) STRICT;
CREATE TABLE entry_body (
    business_day INTEGER NOT NULL,
    entry INTEGER NOT NULL,
    prev TEXT NOT NULL,
    sig TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (business_day, entry)
) STRICT, WITHOUT ROWID; -- by month of business_day
CREATE VIEW entry AS SELECT p.id AS id, p.till AS till, p.epoch AS epoch, p.seq AS seq, p.kept AS kept, coalesce(b.prev, '') AS prev,
    p.hash AS hash, coalesce(b.sig, '') AS sig, coalesce(b.body, '') AS body, p.received_ms AS received_ms
    FROM entry_place p LEFT JOIN entry_body b ON b.business_day = p.business_day AND b.entry = p.id;

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
    entry INTEGER PRIMARY KEY REFERENCES "entry_place" (id),
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
    entry INTEGER NOT NULL REFERENCES "entry_place" (id),
    kind TEXT NOT NULL CHECK (kind IN ('benefit', 'operator')),
    payer TEXT NOT NULL,
    amount_fen INTEGER NOT NULL,
    PRIMARY KEY (entry, kind, payer)
) STRICT, WITHOUT ROWID;

CREATE TABLE sale_tender (
    entry INTEGER NOT NULL REFERENCES "entry_place" (id),
    method TEXT NOT NULL,
    amount_fen INTEGER NOT NULL,
    PRIMARY KEY (entry, method)
) STRICT, WITHOUT ROWID;

-- May arrive before the sale it undoes.
CREATE TABLE sale_void (
    till TEXT NOT NULL,
    epoch TEXT NOT NULL,
    seq INTEGER NOT NULL,
    entry INTEGER NOT NULL REFERENCES "entry_place" (id),
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

-- Every set of rules that was ever in force, so that a sale can be judged by the one of its time.
CREATE TABLE policy_release (
    id INTEGER PRIMARY KEY,
    published_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE policy_release_file (
    release INTEGER NOT NULL REFERENCES policy_release (id),
    name TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (release, name)
) STRICT, WITHOUT ROWID;

-- What rules may ask about a person, from when on; no name and no number.
CREATE TABLE diner_facts (
    diner TEXT NOT NULL,
    from_ms INTEGER NOT NULL,
    facts TEXT NOT NULL,
    PRIMARY KEY (diner, from_ms)
) STRICT, WITHOUT ROWID;

-- Derived from entries by pricing them again: what was sold and really given, as short texts, and
-- where the district's own price differs. Entries of an epoch up to epoch.priced have been looked at.
CREATE TABLE judgement (
    entry INTEGER PRIMARY KEY REFERENCES "entry_place" (id),
    diner TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    presented TEXT NOT NULL,
    tender TEXT NOT NULL,
    basket TEXT NOT NULL,
    given TEXT NOT NULL,
    deviations TEXT NOT NULL,
    expected INTEGER NOT NULL,
    diner_more_fen INTEGER NOT NULL,
    district TEXT NOT NULL
) STRICT;
CREATE INDEX judgement_by_diner ON judgement (diner, at_ms);
CREATE INDEX judgement_by_deviation ON judgement (deviations) WHERE deviations <> '';

-- What sales took of counters, and, with returned = 1, what voids gave back.
CREATE TABLE counter_use (
    key TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    till TEXT NOT NULL,
    epoch TEXT NOT NULL,
    seq INTEGER NOT NULL,
    returned INTEGER NOT NULL,
    uses INTEGER NOT NULL,
    amount_fen INTEGER NOT NULL,
    PRIMARY KEY (key, at_ms, till, epoch, seq, returned)
) STRICT, WITHOUT ROWID;

-- Entries to be priced again because of something that came after them.
CREATE TABLE price_again (entry INTEGER PRIMARY KEY) STRICT;

-- Refunds of sales that stand, and top-ups of stored-value cards, derived from entry.body for counting.
CREATE TABLE refund (
    entry INTEGER PRIMARY KEY REFERENCES "entry_place" (id),
    till TEXT NOT NULL,
    epoch TEXT NOT NULL,
    seq INTEGER NOT NULL,
    target_till TEXT NOT NULL,
    target_epoch TEXT NOT NULL,
    target_seq INTEGER NOT NULL,
    business_day INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    site TEXT NOT NULL,
    whole INTEGER NOT NULL,
    list_fen INTEGER NOT NULL,
    benefit_fen INTEGER NOT NULL,
    paid_fen INTEGER NOT NULL
) STRICT;
CREATE INDEX refund_by_day ON refund (business_day, site);
CREATE INDEX refund_by_target ON refund (target_till, target_epoch, target_seq);
CREATE TABLE refund_payer (
    entry INTEGER NOT NULL REFERENCES "entry_place" (id),
    payer TEXT NOT NULL,
    amount_fen INTEGER NOT NULL,
    PRIMARY KEY (entry, payer)
) STRICT, WITHOUT ROWID;
CREATE TABLE refund_tender (
    entry INTEGER NOT NULL REFERENCES "entry_place" (id),
    method TEXT NOT NULL,
    amount_fen INTEGER NOT NULL,
    PRIMARY KEY (entry, method)
) STRICT, WITHOUT ROWID;
CREATE TABLE top_up (
    entry INTEGER PRIMARY KEY REFERENCES "entry_place" (id),
    till TEXT NOT NULL,
    business_day INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    site TEXT NOT NULL,
    card TEXT NOT NULL,
    amount_fen INTEGER NOT NULL,
    training INTEGER NOT NULL
) STRICT;
CREATE INDEX top_up_by_day ON top_up (business_day, site);
CREATE TABLE top_up_tender (
    entry INTEGER NOT NULL REFERENCES "entry_place" (id),
    method TEXT NOT NULL,
    amount_fen INTEGER NOT NULL,
    PRIMARY KEY (entry, method)
) STRICT, WITHOUT ROWID;

-- Stored-value cards: accounts, bookings by their id, and the moves between accounts.
-- When a card was blocked or replaced; who it belongs to stands in card.
CREATE TABLE card_link (
    card TEXT PRIMARY KEY,
    state TEXT NOT NULL CHECK (state IN ('active', 'blocked', 'replaced')),
    since_ms INTEGER NOT NULL,
    replaced_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Sums of card_move, kept with every move.
CREATE TABLE card_account (
    account TEXT PRIMARY KEY,
    debits_fen INTEGER NOT NULL,
    credits_fen INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE card_booking (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('debit', 'refund', 'top_up', 'opening', 'resolution')),
    state TEXT NOT NULL CHECK (state IN ('booked', 'refused', 'returned', 'closed')),
    code TEXT NOT NULL,
    card TEXT NOT NULL,
    account TEXT NOT NULL,
    debit TEXT NOT NULL,
    amount_fen INTEGER NOT NULL,
    till TEXT NOT NULL,
    site TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    received_ms INTEGER NOT NULL,
    offline INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX card_booking_by_account ON card_booking (account, received_ms);
CREATE INDEX card_booking_by_debit ON card_booking (debit);

-- Double entry: each row takes from one account and gives to another. Never changed, never deleted.
CREATE TABLE card_move (
    booking TEXT NOT NULL,
    n INTEGER NOT NULL,
    debit TEXT NOT NULL,
    credit TEXT NOT NULL,
    amount_fen INTEGER NOT NULL CHECK (amount_fen > 0),
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (booking, n)
) STRICT, WITHOUT ROWID;

-- What a person must look at.
CREATE TABLE card_doubt (
    booking TEXT NOT NULL,
    kind TEXT NOT NULL,
    amount_fen INTEGER NOT NULL,
    found_ms INTEGER NOT NULL,
    resolution TEXT NOT NULL,
    PRIMARY KEY (booking, kind)
) STRICT, WITHOUT ROWID;

-- Bills of payment channels: the decoded text of each file, and every transaction once with the line
-- that it was read from. Amounts are never negative; of a fee given back they are.
CREATE TABLE statement_file (
    id INTEGER PRIMARY KEY,
    channel TEXT NOT NULL,
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    encoding TEXT NOT NULL,
    imported_ms INTEGER NOT NULL,
    rows INTEGER NOT NULL,
    known INTEGER NOT NULL,
    set_aside INTEGER NOT NULL,
    text TEXT NOT NULL,
    UNIQUE (channel, sha256)
) STRICT;
CREATE TABLE statement_row (
    id INTEGER PRIMARY KEY,
    file INTEGER NOT NULL REFERENCES statement_file (id),
    line INTEGER NOT NULL,
    channel TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('pay', 'refund', 'revoke')),
    out_no TEXT NOT NULL,
    txn TEXT NOT NULL,
    refund_no TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    business_day INTEGER NOT NULL,
    amount_fen INTEGER NOT NULL,
    fee_fen INTEGER NOT NULL,
    settled_fen INTEGER,
    status TEXT NOT NULL,
    raw TEXT NOT NULL,
    UNIQUE (channel, txn, kind, refund_no)
) STRICT;
CREATE INDEX statement_row_by_day ON statement_row (business_day, channel);
CREATE INDEX statement_row_by_file ON statement_row (file);
CREATE TABLE statement_discount (
    statement_row INTEGER NOT NULL REFERENCES statement_row (id),
    sponsor TEXT NOT NULL,
    amount_fen INTEGER NOT NULL,
    PRIMARY KEY (statement_row, sponsor)
) STRICT, WITHOUT ROWID;

-- Derived from entries: what tills journalled as paid, to be found in the bills by the attempt.
CREATE TABLE sale_payment (
    entry INTEGER NOT NULL REFERENCES "entry_place" (id),
    position INTEGER NOT NULL,
    channel TEXT NOT NULL,
    attempt TEXT NOT NULL,
    amount_fen INTEGER NOT NULL,
    china_day INTEGER NOT NULL,
    PRIMARY KEY (entry, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX sale_payment_by_day ON sale_payment (china_day, channel);

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

-- Settlement. Which claims there are is derived from entries, also from those of forks; what became of
-- them is kept for ever: verdicts, transfers, rulings, adjustments and closed months are never changed.
-- A claim names its entry by hash too, because a fork holds two under one number. subject is the diner,
-- or the one meal of a guest. reason is that of the newest verdict; empty: none yet.
CREATE TABLE claim (
    till TEXT NOT NULL,
    epoch TEXT NOT NULL,
    seq INTEGER NOT NULL,
    hash TEXT NOT NULL,
    period TEXT NOT NULL,
    business_day INTEGER NOT NULL,
    subject TEXT NOT NULL,
    site TEXT NOT NULL,
    vendor TEXT NOT NULL,
    reason TEXT NOT NULL,
    verdicts INTEGER NOT NULL,
    moves INTEGER NOT NULL,
    PRIMARY KEY (till, epoch, seq, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX claim_by_subject ON claim (subject, business_day);
CREATE INDEX claim_by_period ON claim (period, reason);
-- What the newest verdict comes to, by payer.
CREATE TABLE claim_part (
    till TEXT NOT NULL,
    epoch TEXT NOT NULL,
    seq INTEGER NOT NULL,
    hash TEXT NOT NULL,
    payer TEXT NOT NULL,
    claimed_fen INTEGER NOT NULL,
    returned_fen INTEGER NOT NULL,
    voided_fen INTEGER NOT NULL,
    posted_fen INTEGER NOT NULL,
    vendor_fen INTEGER NOT NULL,
    tolerance_fen INTEGER NOT NULL,
    diner_fen INTEGER NOT NULL,
    suspense_fen INTEGER NOT NULL,
    PRIMARY KEY (till, epoch, seq, hash, payer)
) STRICT, WITHOUT ROWID;
-- Records that undo a sale or give a part of it back; they may come before it.
CREATE TABLE claim_return (
    target_till TEXT NOT NULL,
    target_epoch TEXT NOT NULL,
    target_seq INTEGER NOT NULL,
    till TEXT NOT NULL,
    epoch TEXT NOT NULL,
    seq INTEGER NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (target_till, target_epoch, target_seq, till, epoch, seq, hash)
) STRICT, WITHOUT ROWID;
CREATE TABLE claim_verdict (
    till TEXT NOT NULL,
    epoch TEXT NOT NULL,
    seq INTEGER NOT NULL,
    hash TEXT NOT NULL,
    n INTEGER NOT NULL,
    reason TEXT NOT NULL,
    posted TEXT NOT NULL,
    borne TEXT NOT NULL,
    rules TEXT NOT NULL,
    facts TEXT NOT NULL,
    period TEXT NOT NULL,
    PRIMARY KEY (till, epoch, seq, hash, n)
) STRICT, WITHOUT ROWID;
-- By persons: 'dispute', or who bears a claim that waits.
CREATE TABLE claim_ruling (
    till TEXT NOT NULL,
    epoch TEXT NOT NULL,
    seq INTEGER NOT NULL,
    hash TEXT NOT NULL,
    n INTEGER NOT NULL,
    ruling TEXT NOT NULL CHECK (ruling IN ('dispute', 'accept', 'vendor', 'tolerance', 'diner')),
    person TEXT NOT NULL,
    reason TEXT NOT NULL,
    ruled_ms INTEGER NOT NULL,
    PRIMARY KEY (till, epoch, seq, hash, n)
) STRICT, WITHOUT ROWID;
-- Counters as granted claims have used them, and the facts digest after a subject's day.
CREATE TABLE granted_use (
    subject TEXT NOT NULL,
    key TEXT NOT NULL,
    business_day INTEGER NOT NULL,
    till TEXT NOT NULL,
    epoch TEXT NOT NULL,
    seq INTEGER NOT NULL,
    hash TEXT NOT NULL,
    uses INTEGER NOT NULL,
    amount_fen INTEGER NOT NULL,
    PRIMARY KEY (subject, key, business_day, till, epoch, seq, hash)
) STRICT, WITHOUT ROWID;
CREATE TABLE settled_day (
    subject TEXT NOT NULL,
    business_day INTEGER NOT NULL,
    facts TEXT NOT NULL,
    PRIMARY KEY (subject, business_day)
) STRICT, WITHOUT ROWID;
-- Whose claims are to be judged again, from which day on; and the fork entries that were looked at.
CREATE TABLE settle_queue (subject TEXT PRIMARY KEY, from_day INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE fork_taken (
    till TEXT NOT NULL,
    epoch TEXT NOT NULL,
    seq INTEGER NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (till, epoch, seq, hash)
) STRICT, WITHOUT ROWID;
-- Double entry: each row takes from one account and gives to another, in the period it counts in.
-- pending is the n of the pending row that a post or release belongs to, else -1.
CREATE TABLE ledger_transfer (
    till TEXT NOT NULL,
    epoch TEXT NOT NULL,
    seq INTEGER NOT NULL,
    hash TEXT NOT NULL,
    n INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('pending', 'post', 'release', 'direct')),
    debit TEXT NOT NULL,
    credit TEXT NOT NULL,
    amount_fen INTEGER NOT NULL CHECK (amount_fen > 0),
    pending INTEGER NOT NULL,
    code TEXT NOT NULL,
    period TEXT NOT NULL,
    PRIMARY KEY (till, epoch, seq, hash, n)
) STRICT, WITHOUT ROWID;
-- Sums of ledger_transfer, kept in the same transaction.
CREATE TABLE ledger_account (
    account TEXT PRIMARY KEY,
    debits_pending_fen INTEGER NOT NULL,
    debits_posted_fen INTEGER NOT NULL,
    credits_pending_fen INTEGER NOT NULL,
    credits_posted_fen INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- What verdicts of a later period changed in claims of a closed month.
CREATE TABLE adjustment (
    period TEXT NOT NULL,
    till TEXT NOT NULL,
    epoch TEXT NOT NULL,
    seq INTEGER NOT NULL,
    hash TEXT NOT NULL,
    n INTEGER NOT NULL,
    payer TEXT NOT NULL,
    of_month TEXT NOT NULL,
    site TEXT NOT NULL,
    vendor TEXT NOT NULL,
    reason TEXT NOT NULL,
    claims INTEGER NOT NULL,
    claimed_fen INTEGER NOT NULL,
    returned_fen INTEGER NOT NULL,
    voided_fen INTEGER NOT NULL,
    posted_fen INTEGER NOT NULL,
    vendor_fen INTEGER NOT NULL,
    tolerance_fen INTEGER NOT NULL,
    diner_fen INTEGER NOT NULL,
    suspense_fen INTEGER NOT NULL,
    PRIMARY KEY (period, till, epoch, seq, hash, n, payer)
) STRICT, WITHOUT ROWID;
-- The report of a month as two persons closed it.
CREATE TABLE closed_month (
    month TEXT PRIMARY KEY,
    closed_ms INTEGER NOT NULL,
    person TEXT NOT NULL,
    approver TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    json TEXT NOT NULL,
    csv TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What binds tills and district beside the entries. Keys a till went on to after its first (till.signing_key),
-- and the epochs that such a key opened. Certificates given out by renewal: the till may use the one in
-- till.certificate_sha256 until it has shown that it holds a newer one.
CREATE TABLE till_key (
    till TEXT NOT NULL,
    position INTEGER NOT NULL,
    public_key TEXT NOT NULL,
    PRIMARY KEY (till, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE epoch_key (
    till TEXT NOT NULL,
    epoch TEXT NOT NULL,
    public_key TEXT NOT NULL,
    PRIMARY KEY (till, epoch)
) STRICT, WITHOUT ROWID;
CREATE TABLE till_certificate (
    sha256 TEXT PRIMARY KEY,
    till TEXT NOT NULL,
    until_ms INTEGER NOT NULL,
    offered INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- The district's name under a till's close, given once.
CREATE TABLE countersigned (
    till TEXT NOT NULL,
    epoch TEXT NOT NULL,
    seq INTEGER NOT NULL,
    hash TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    signature TEXT NOT NULL,
    PRIMARY KEY (till, epoch, seq, hash)
) STRICT, WITHOUT ROWID;
-- One root a day over everything accepted. known = 0: taken up from a till after a restore, its points are lost.
CREATE TABLE district_root (
    number INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    prev TEXT NOT NULL,
    root TEXT NOT NULL,
    points INTEGER NOT NULL,
    signature TEXT NOT NULL,
    known INTEGER NOT NULL
) STRICT;
CREATE TABLE root_point (
    number INTEGER NOT NULL,
    position INTEGER NOT NULL,
    till TEXT NOT NULL,
    epoch TEXT NOT NULL,
    seq INTEGER NOT NULL,
    hash TEXT NOT NULL,
    fork INTEGER NOT NULL,
    PRIMARY KEY (number, position)
) STRICT, WITHOUT ROWID;
-- How far the newest root covers each epoch, and which forks.
CREATE TABLE rooted_epoch (
    till TEXT NOT NULL,
    epoch TEXT NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (till, epoch)
) STRICT, WITHOUT ROWID;
CREATE TABLE rooted_fork (
    till TEXT NOT NULL,
    epoch TEXT NOT NULL,
    seq INTEGER NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (till, epoch, seq, hash)
) STRICT, WITHOUT ROWID;

-- Whose turn it is to do background work, of several processes on one PostgreSQL.
CREATE TABLE turn (
    work TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    until_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What bundles carry beside records. denied: who and what is to be turned away; a lifted line stays, so
-- that every till hears that it is. site_verdict: verdicts that are not what the till assumed.
CREATE TABLE denied (
    kind TEXT NOT NULL CHECK (kind IN ('card', 'diner')),
    subject TEXT NOT NULL,
    change INTEGER NOT NULL,
    reason TEXT NOT NULL,
    since_ms INTEGER NOT NULL,
    lifted INTEGER NOT NULL,
    PRIMARY KEY (kind, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX denied_by_change ON denied (change);
CREATE TABLE site_verdict (
    till TEXT NOT NULL,
    epoch TEXT NOT NULL,
    seq INTEGER NOT NULL,
    hash TEXT NOT NULL,
    site TEXT NOT NULL,
    change INTEGER NOT NULL,
    business_day INTEGER NOT NULL,
    record TEXT NOT NULL,
    PRIMARY KEY (till, epoch, seq, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX site_verdict_by_change ON site_verdict (site, change);
-- Which leases a sale took from, when it is undone.
CREATE INDEX lease_use_by_sale ON lease_use (till, epoch, seq);

-- For what people at the console look for, and what they look at again and again: none of it reads a
-- whole table.
CREATE INDEX sale_by_diner ON sale (diner, at_ms);
CREATE INDEX sale_payment_by_attempt ON sale_payment (attempt);
CREATE INDEX statement_row_by_number ON statement_row (out_no);
CREATE INDEX judgement_differing ON judgement (at_ms, expected) WHERE deviations <> '';
CREATE INDEX claim_part_waiting ON claim_part (till, epoch, seq, hash) WHERE suspense_fen > 0;
