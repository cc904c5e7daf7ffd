-- What an owner may keep of its own; 0 is no bound, and so is a missing row.
CREATE TABLE quotas (
    owner      TEXT    NOT NULL PRIMARY KEY,
    plugins    INTEGER NOT NULL CHECK (plugins >= 0),
    versions   INTEGER NOT NULL CHECK (versions >= 0), -- of one plugin
    bytes      INTEGER NOT NULL CHECK (bytes >= 0),    -- of archives
    updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Which upload a request in one call became, for when its client repeats it.
CREATE TABLE repeats (
    owner      TEXT    NOT NULL,
    key_id     TEXT    NOT NULL,
    token      TEXT    NOT NULL, -- names the request
    request    TEXT    NOT NULL, -- a hash of what it said
    upload_id  TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (owner, key_id, token)
) STRICT, WITHOUT ROWID;
CREATE INDEX repeats_by_age ON repeats (created_at);
