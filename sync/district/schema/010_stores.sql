-- Several processes may serve a district in PostgreSQL. Whose turn it is to do background work:
CREATE TABLE turn (
    work TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    until_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- How far each epoch was priced again: entries of several writers do not become visible in the order
-- of their ids, but inside an epoch they do.
ALTER TABLE epoch ADD COLUMN priced INTEGER NOT NULL DEFAULT 0;
UPDATE epoch SET priced = (SELECT coalesce(max(e.seq), 0) FROM entry e WHERE e.till = epoch.till AND e.epoch = epoch.epoch
    AND e.id <= (SELECT coalesce(max(CAST(value AS INTEGER)), 0) FROM meta WHERE key = 'priced_through'));
DELETE FROM meta WHERE key = 'priced_through';
CREATE INDEX epoch_to_price ON epoch (till, position) WHERE priced < watermark;

-- An entry's place and hash stay in one table, where a number is taken once whatever its date; what it
-- says goes into one that PostgreSQL splits by the month of the signed business date.
ALTER TABLE entry RENAME TO entry_place;
ALTER TABLE entry_place ADD COLUMN business_day INTEGER NOT NULL DEFAULT 0;
CREATE TABLE entry_body (
    business_day INTEGER NOT NULL,
    entry INTEGER NOT NULL,
    prev TEXT NOT NULL,
    sig TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (business_day, entry)
) STRICT, WITHOUT ROWID; -- by month of business_day
UPDATE entry_place SET business_day = CAST(julianday(substr(body, instr(body, '"business_date":"') + 17, 10)) - 2440587.5 AS INTEGER)
    WHERE kept = 1 AND instr(body, '"business_date":"') > 0
    AND julianday(substr(body, instr(body, '"business_date":"') + 17, 10)) IS NOT NULL;
INSERT INTO entry_body (business_day, entry, prev, sig, body) SELECT business_day, id, prev, sig, body FROM entry_place WHERE kept = 1;
ALTER TABLE entry_place DROP COLUMN prev;
ALTER TABLE entry_place DROP COLUMN sig;
ALTER TABLE entry_place DROP COLUMN body;
CREATE VIEW entry AS SELECT p.id AS id, p.till AS till, p.epoch AS epoch, p.seq AS seq, p.kept AS kept, coalesce(b.prev, '') AS prev,
    p.hash AS hash, coalesce(b.sig, '') AS sig, coalesce(b.body, '') AS body, p.received_ms AS received_ms
    FROM entry_place p LEFT JOIN entry_body b ON b.business_day = p.business_day AND b.entry = p.id;
