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
INSERT INTO lost_here (card, at_ms, told, told_change, incarnation)
    SELECT substr(key, 12), CAST(value AS INTEGER), 0, 0, '' FROM setting WHERE substr(key, 1, 11) = 'cards.lost/';
DELETE FROM setting WHERE substr(key, 1, 11) = 'cards.lost/';
