-- Times are integer milliseconds since 1970 UTC; NULL stands for "not yet" or
-- "never". fold is a name in lower case: two names that differ only by case
-- are one slug. version is X.Y.Z; where numbers are ordered, their parts stand
-- beside it.

CREATE TABLE organisations (
    id         TEXT    NOT NULL PRIMARY KEY,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE namespaces (
    id         TEXT    NOT NULL PRIMARY KEY,
    org        TEXT    NOT NULL REFERENCES organisations (id),
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER namespaces_keep_their_org BEFORE UPDATE ON namespaces
BEGIN SELECT RAISE(ABORT, 'a namespace belongs to one organisation for ever'); END;

CREATE TABLE keys (
    id           TEXT    NOT NULL PRIMARY KEY,
    hash         BLOB    NOT NULL UNIQUE CHECK (length(hash) = 32),
    prefix       TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    org          TEXT    NOT NULL REFERENCES organisations (id),
    scopes       TEXT    NOT NULL, -- separated by spaces
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER,
    revoked_at   INTEGER,
    last_used_at INTEGER
) STRICT;

CREATE TABLE key_namespaces (
    key_id    TEXT NOT NULL REFERENCES keys (id),
    namespace TEXT NOT NULL REFERENCES namespaces (id),
    PRIMARY KEY (key_id, namespace)
) STRICT, WITHOUT ROWID;

-- One row: generation rises with every key made or revoked.
CREATE TABLE keys_generation (
    one   INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    value INTEGER NOT NULL
) STRICT;
INSERT INTO keys_generation (one, value) VALUES (1, 1);

CREATE TABLE uploads (
    id            TEXT    NOT NULL PRIMARY KEY,
    owner         TEXT    NOT NULL,
    fold          TEXT    NOT NULL,
    name          TEXT    NOT NULL,
    version       TEXT    NOT NULL,
    major         INTEGER NOT NULL,
    minor         INTEGER NOT NULL,
    patch         INTEGER NOT NULL,
    named         INTEGER NOT NULL, -- 1: the client chose the number; 0: we did, and hold it
    description   TEXT    NOT NULL,
    declared_size INTEGER,
    key_id        TEXT    NOT NULL,
    key_name      TEXT    NOT NULL,
    created_at    INTEGER NOT NULL,
    expires_at    INTEGER NOT NULL,
    state         TEXT    NOT NULL CHECK (state IN ('open', 'received', 'confirmed', 'rejected', 'expired')),
    blob          TEXT    NOT NULL,
    size          INTEGER NOT NULL,
    sha256        TEXT    NOT NULL,
    md5           TEXT    NOT NULL,
    received_at   INTEGER,
    settled_at    INTEGER,
    verdict       BLOB
) STRICT;

-- The reservation: a number that we gave belongs to one unsettled upload.
CREATE UNIQUE INDEX uploads_reserved ON uploads (owner, fold, major, minor, patch)
    WHERE named = 0 AND state IN ('open', 'received');
CREATE INDEX uploads_due ON uploads (state, expires_at);
CREATE INDEX uploads_old ON uploads (settled_at) WHERE state IN ('rejected', 'expired');

CREATE TABLE versions (
    seq          INTEGER PRIMARY KEY AUTOINCREMENT,
    owner        TEXT    NOT NULL,
    fold         TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    version      TEXT    NOT NULL,
    major        INTEGER NOT NULL,
    minor        INTEGER NOT NULL,
    patch        INTEGER NOT NULL,
    message      TEXT    NOT NULL,
    description  TEXT    NOT NULL,
    key_id       TEXT    NOT NULL,
    key_name     TEXT    NOT NULL,
    commit_hash  TEXT    NOT NULL,
    code_hash    TEXT    NOT NULL,
    content_hash TEXT    NOT NULL,
    archive_size INTEGER NOT NULL,
    scan_passed  INTEGER NOT NULL,
    upload_id    TEXT    NOT NULL,
    created_at   INTEGER NOT NULL,
    feature_uri  TEXT    NOT NULL,
    has_realtime INTEGER NOT NULL,
    deleted_at   INTEGER,          -- a tombstone: the number stays taken
    manifest     BLOB    NOT NULL, -- last, for lists do without it
    UNIQUE (owner, fold, major, minor, patch),
    UNIQUE (owner, upload_id)
) STRICT;
CREATE INDEX versions_by_owner ON versions (owner, seq) WHERE deleted_at IS NULL;
CREATE INDEX versions_by_slug ON versions (owner, fold, seq) WHERE deleted_at IS NULL;
CREATE INDEX versions_by_feature ON versions (owner, feature_uri, seq) WHERE deleted_at IS NULL;

CREATE TABLE deployments (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    id          TEXT    NOT NULL UNIQUE,
    owner       TEXT    NOT NULL,
    fold        TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    version     TEXT    NOT NULL,
    action      TEXT    NOT NULL CHECK (action IN ('deploy', 'rollback', 'undeploy', 'stopped')),
    type        TEXT    NOT NULL CHECK (type IN ('realtime', 'batch_only')),
    state       TEXT    NOT NULL CHECK (state IN ('QUEUED', 'PENDING', 'IN_PROGRESS', 'DEPLOYED', 'NOT_DEPLOYED', 'FAILED')),
    key_id      TEXT    NOT NULL,
    key_name    TEXT    NOT NULL,
    message     TEXT    NOT NULL,
    previous    TEXT,
    commit_hash TEXT    NOT NULL,
    error       TEXT    NOT NULL,
    queued_at   INTEGER NOT NULL,
    started_at  INTEGER,
    deployed_at INTEGER,
    ended_at    INTEGER
) STRICT;
CREATE INDEX deployments_by_slug ON deployments (owner, fold, seq);
CREATE INDEX deployments_by_version ON deployments (owner, fold, version, seq);
CREATE INDEX deployments_live ON deployments (owner, fold, deployed_at) WHERE deployed_at IS NOT NULL;
CREATE INDEX deployments_unfinished ON deployments (seq) WHERE state IN ('QUEUED', 'PENDING', 'IN_PROGRESS');

CREATE TABLE active (
    owner         TEXT NOT NULL,
    fold          TEXT NOT NULL,
    version       TEXT NOT NULL,
    deployment_id TEXT NOT NULL REFERENCES deployments (id),
    PRIMARY KEY (owner, fold)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
    seq      INTEGER PRIMARY KEY,
    at       INTEGER NOT NULL,
    key_id   TEXT    NOT NULL,
    key_name TEXT    NOT NULL,
    owner    TEXT    NOT NULL,
    action   TEXT    NOT NULL,
    target   TEXT    NOT NULL,
    detail   TEXT    NOT NULL, -- JSON
    hash     TEXT    NOT NULL UNIQUE
) STRICT;

CREATE TRIGGER audit_is_not_rewritten BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
CREATE TRIGGER audit_is_not_shortened BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
