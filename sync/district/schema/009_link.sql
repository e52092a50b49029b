-- What binds tills and district beside the entries. Keys a till went on to after its first (till.signing_key),
-- and the epochs that such a key opened. Certificates given out by renewal: the till may use the one in
-- till.certificate_sha256 until it has shown that it holds a newer one.
CREATE TABLE till_key (
    till TEXT NOT NULL,
    position INTEGER NOT NULL,
    public_key TEXT NOT NULL,
    PRIMARY KEY (till, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE epoch_key (
    till TEXT NOT NULL,
    epoch TEXT NOT NULL,
    public_key TEXT NOT NULL,
    PRIMARY KEY (till, epoch)
) STRICT, WITHOUT ROWID;
CREATE TABLE till_certificate (
    sha256 TEXT PRIMARY KEY,
    till TEXT NOT NULL,
    until_ms INTEGER NOT NULL,
    offered INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- The district's name under a till's close, given once.
CREATE TABLE countersigned (
    till TEXT NOT NULL,
    epoch TEXT NOT NULL,
    seq INTEGER NOT NULL,
    hash TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    signature TEXT NOT NULL,
    PRIMARY KEY (till, epoch, seq, hash)
) STRICT, WITHOUT ROWID;
-- One root a day over everything accepted. known = 0: taken up from a till after a restore, its points are lost.
CREATE TABLE district_root (
    number INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    prev TEXT NOT NULL,
    root TEXT NOT NULL,
    points INTEGER NOT NULL,
    signature TEXT NOT NULL,
    known INTEGER NOT NULL
) STRICT;
CREATE TABLE root_point (
    number INTEGER NOT NULL,
    position INTEGER NOT NULL,
    till TEXT NOT NULL,
    epoch TEXT NOT NULL,
    seq INTEGER NOT NULL,
    hash TEXT NOT NULL,
    fork INTEGER NOT NULL,
    PRIMARY KEY (number, position)
) STRICT, WITHOUT ROWID;
-- How far the newest root covers each epoch, and which forks.
CREATE TABLE rooted_epoch (
    till TEXT NOT NULL,
    epoch TEXT NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (till, epoch)
) STRICT, WITHOUT ROWID;
CREATE TABLE rooted_fork (
    till TEXT NOT NULL,
    epoch TEXT NOT NULL,
    seq INTEGER NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (till, epoch, seq, hash)
) STRICT, WITHOUT ROWID;
