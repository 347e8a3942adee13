-- The archive's own name. The files beside it carry it, so that nothing of another archive is taken for this one's.
CREATE TABLE identity (id TEXT NOT NULL);
INSERT INTO identity (id) VALUES (lower(hex(randomblob(8))));

-- Every reading of a balance, and what was going on around it: two of them tell what a request between them has cost.
CREATE TABLE readings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    read_ms INTEGER NOT NULL,
    account TEXT NOT NULL,              -- a short fingerprint of the key, salted with the archive's name; '' if unknown
    credits INTEGER NOT NULL,
    newest_before INTEGER NOT NULL,     -- the newest request when the reading began
    newest_after INTEGER NOT NULL,      -- and when it ended
    busy INTEGER NOT NULL               -- whether a request of the account was running, or may have been, when it began
);
INSERT INTO readings (read_ms, account, credits, newest_before, newest_after, busy)
    SELECT read_ms, '', credits, 0, 0, 1 FROM balances ORDER BY read_ms;
DROP TABLE balances;

ALTER TABLE requests ADD COLUMN account TEXT NOT NULL DEFAULT '';
ALTER TABLE requests ADD COLUMN reading INTEGER REFERENCES readings (id);   -- the one before it

ALTER TABLE outcomes ADD COLUMN skipped INTEGER NOT NULL DEFAULT 0;         -- entries that could not be read
ALTER TABLE outcomes ADD COLUMN server_finished INTEGER NOT NULL DEFAULT 0; -- whether the server is done with it for certain

-- Requests that no later reading of the balance has been held against.
CREATE TABLE unchecked (request_id INTEGER PRIMARY KEY REFERENCES requests (id));

-- What the balance showed before and after a request.
CREATE TABLE settlements (
    request_id INTEGER PRIMARY KEY REFERENCES requests (id),
    settled_ms INTEGER NOT NULL,
    balance_before INTEGER NOT NULL,
    balance_after INTEGER NOT NULL,
    shared INTEGER NOT NULL,            -- whether another request was running between the two
    charged INTEGER                     -- what that proves; NULL if nothing
);
