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
