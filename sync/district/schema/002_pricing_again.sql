-- Keeps what the district needs to price served sales again.

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
INSERT INTO policy_release (id, published_ms) SELECT 1, max(published_ms) FROM policy HAVING count(*) > 0;
INSERT INTO policy_release_file (release, name, text) SELECT 1, name, text FROM policy;

-- What rules may ask about a person, from when on; no name and no number.
CREATE TABLE diner_facts (
    diner TEXT NOT NULL,
    from_ms INTEGER NOT NULL,
    facts TEXT NOT NULL,
    PRIMARY KEY (diner, from_ms)
) STRICT, WITHOUT ROWID;
INSERT INTO diner_facts (diner, from_ms, facts)
    SELECT id, 0, json_remove(record, '$.id', '$.name', '$.pinyin', '$.sex', '$.id_hash', '$.id_last4', '$.phone_last4',
                              '$.road', '$.diet', '$.active') FROM diner;

-- Derived from entries by pricing them again: what was sold and really given, as short texts, and
-- where the district's own price differs. Entries up to meta 'priced_through' have been looked at.
CREATE TABLE judgement (
    entry INTEGER PRIMARY KEY REFERENCES entry (id),
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
