-- Every request that went out, in order; nothing here is ever changed.
CREATE TABLE requests (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    started_ms INTEGER NOT NULL,       -- Unix time in milliseconds
    scope TEXT NOT NULL,               -- page, domain
    mode TEXT NOT NULL,                -- one-per-domain, all-links
    target TEXT NOT NULL,              -- as sent
    num INTEGER NOT NULL,
    quoted INTEGER NOT NULL,           -- the most that it could cost, in credits
    balance_before INTEGER,            -- in credits; NULL if unknown
    version TEXT NOT NULL,             -- of the program
    owner TEXT NOT NULL                -- the session that sent it
);
CREATE INDEX requests_by_target ON requests (target, scope, mode);

-- How a request ended. One without an outcome, whose owner is gone, may have been charged.
CREATE TABLE outcomes (
    request_id INTEGER PRIMARY KEY REFERENCES requests (id),
    finished_ms INTEGER NOT NULL,
    kind TEXT NOT NULL,                -- answered, partial, refused, unsent, unknown
    status INTEGER,                    -- of HTTP
    charged INTEGER,                   -- credits_consumed, as the answer says
    link_count INTEGER,
    failure TEXT
);

-- The answers as they came, compressed; links are derived from them when they are opened.
CREATE TABLE answers (
    request_id INTEGER PRIMARY KEY REFERENCES requests (id),
    raw_bytes INTEGER NOT NULL,
    sha256 BLOB NOT NULL,              -- of the raw bytes
    zstd BLOB NOT NULL
);

-- What the account had, each time it was read.
CREATE TABLE balances (
    read_ms INTEGER NOT NULL,
    credits INTEGER NOT NULL
);
CREATE INDEX balances_by_time ON balances (read_ms);

-- What the user says of a snapshot.
CREATE TABLE labels (
    request_id INTEGER PRIMARY KEY REFERENCES requests (id),
    name TEXT NOT NULL DEFAULT '',
    note TEXT NOT NULL DEFAULT '',
    tag TEXT NOT NULL DEFAULT '',
    pinned INTEGER NOT NULL DEFAULT 0
);
