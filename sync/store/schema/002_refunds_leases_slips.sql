-- Refunds, top-ups, leases on shared pools, and slips that wait for the printer.
ALTER TABLE sale ADD COLUMN refunded_by INTEGER;

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

CREATE TABLE lease_spent (
    lease      TEXT    PRIMARY KEY,
    uses       INTEGER NOT NULL,
    amount_fen INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE lease_returned (
    lease TEXT    PRIMARY KEY,
    entry INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE refund_plan (
    id     INTEGER PRIMARY KEY,
    ref    TEXT    NOT NULL UNIQUE,
    target INTEGER NOT NULL UNIQUE,
    body   TEXT    NOT NULL
) STRICT;

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

CREATE TABLE slip (
    entry     INTEGER PRIMARY KEY,
    kind      TEXT    NOT NULL,
    queued_ms INTEGER NOT NULL
) STRICT;
