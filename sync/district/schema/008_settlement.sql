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
