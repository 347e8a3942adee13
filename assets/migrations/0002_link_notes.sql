-- What the user says of links. A link is a page that links to a page, whatever answer it came in.
CREATE TABLE link_notes (
    source_url TEXT NOT NULL,
    target_url TEXT NOT NULL,
    note TEXT NOT NULL,
    tag TEXT NOT NULL,
    PRIMARY KEY (source_url, target_url)
) WITHOUT ROWID;
