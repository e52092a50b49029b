-- What bundles carry beside records. denied: who and what is to be turned away; a lifted line stays, so
-- that every till hears that it is. site_verdict: verdicts that are not what the till assumed.
CREATE TABLE denied (
    kind TEXT NOT NULL CHECK (kind IN ('card', 'diner')),
    subject TEXT NOT NULL,
    change INTEGER NOT NULL,
    reason TEXT NOT NULL,
    since_ms INTEGER NOT NULL,
    lifted INTEGER NOT NULL,
    PRIMARY KEY (kind, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX denied_by_change ON denied (change);
CREATE TABLE site_verdict (
    till TEXT NOT NULL,
    epoch TEXT NOT NULL,
    seq INTEGER NOT NULL,
    hash TEXT NOT NULL,
    site TEXT NOT NULL,
    change INTEGER NOT NULL,
    business_day INTEGER NOT NULL,
    record TEXT NOT NULL,
    PRIMARY KEY (till, epoch, seq, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX site_verdict_by_change ON site_verdict (site, change);
-- Which leases a sale took from, when it is undone.
CREATE INDEX lease_use_by_sale ON lease_use (till, epoch, seq);
INSERT INTO denied (kind, subject, change, reason, since_ms, lifted)
    SELECT 'card', hash, change, 'blocked', 0, 0 FROM card WHERE record LIKE '%"blocked":true%';
