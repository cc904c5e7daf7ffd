-- Of an organisation's plugin that a namespace has enabled: the organisation,
-- what is merged under each call's parameters, and since when it is disabled.
ALTER TABLE versions ADD COLUMN origin TEXT NOT NULL DEFAULT ''; -- '' for the owner's own
ALTER TABLE versions ADD COLUMN params BLOB;                     -- a JSON object
ALTER TABLE versions ADD COLUMN disabled_at INTEGER;

-- Who deletes the version, when and why (JSON). Without deleted_at the deletion
-- is under way, and the next start finishes it.
ALTER TABLE versions ADD COLUMN deletion TEXT;

CREATE INDEX versions_enabled ON versions (origin, fold, version) WHERE origin <> '';
-- Whether a name is an organisation's here is asked three times an upload.
CREATE INDEX versions_adopted ON versions (owner, fold, name) WHERE origin <> '';
CREATE INDEX versions_deleting ON versions (seq) WHERE deletion IS NOT NULL AND deleted_at IS NULL;

-- Enablings under way, which the next start finishes. owner is the namespace.
CREATE TABLE enablings (
    owner      TEXT    NOT NULL,
    fold       TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    version    TEXT    NOT NULL,
    org        TEXT    NOT NULL,
    params     BLOB,
    key_id     TEXT    NOT NULL,
    key_name   TEXT    NOT NULL,
    at         INTEGER NOT NULL,
    deployment TEXT, -- JSON: what is queued with the last step
    PRIMARY KEY (owner, fold, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX enablings_by_origin ON enablings (org, fold, version);
