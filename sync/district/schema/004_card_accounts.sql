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
