-- Refunds of sales that stand, and top-ups of stored-value cards, derived from entry.body for counting.
CREATE TABLE refund (
    entry INTEGER PRIMARY KEY REFERENCES entry (id),
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
    entry INTEGER NOT NULL REFERENCES entry (id),
    payer TEXT NOT NULL,
    amount_fen INTEGER NOT NULL,
    PRIMARY KEY (entry, payer)
) STRICT, WITHOUT ROWID;
CREATE TABLE refund_tender (
    entry INTEGER NOT NULL REFERENCES entry (id),
    method TEXT NOT NULL,
    amount_fen INTEGER NOT NULL,
    PRIMARY KEY (entry, method)
) STRICT, WITHOUT ROWID;
CREATE TABLE top_up (
    entry INTEGER PRIMARY KEY REFERENCES entry (id),
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
    entry INTEGER NOT NULL REFERENCES entry (id),
    method TEXT NOT NULL,
    amount_fen INTEGER NOT NULL,
    PRIMARY KEY (entry, method)
) STRICT, WITHOUT ROWID;
