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
    entry INTEGER NOT NULL REFERENCES entry (id),
    position INTEGER NOT NULL,
    channel TEXT NOT NULL,
    attempt TEXT NOT NULL,
    amount_fen INTEGER NOT NULL,
    china_day INTEGER NOT NULL,
    PRIMARY KEY (entry, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX sale_payment_by_day ON sale_payment (china_day, channel);

-- Everything derived by pricing again is derived anew, payments with it.
DELETE FROM judgement;
DELETE FROM counter_use;
DELETE FROM price_again;
DELETE FROM meta WHERE key = 'priced_through';
