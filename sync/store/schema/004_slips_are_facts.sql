-- A slip stays known after it was printed: when it was done with, and how many marked copies there are.
ALTER TABLE slip ADD COLUMN done_ms INTEGER;
ALTER TABLE slip ADD COLUMN copies INTEGER NOT NULL DEFAULT 0;
CREATE INDEX slip_waiting ON slip (entry) WHERE done_ms IS NULL;
-- Sentences on the slip of a sale beside its figures, by the sale's ref.
CREATE TABLE slip_note (
    ref  TEXT    NOT NULL,
    n    INTEGER NOT NULL,
    text TEXT    NOT NULL,
    PRIMARY KEY (ref, n)
) STRICT, WITHOUT ROWID;
