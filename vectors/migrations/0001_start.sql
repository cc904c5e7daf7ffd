-- A point's key is its vector's key times 2^40 plus a number of its own, so
-- that the points of one vector lie side by side in the file.

CREATE TABLE vectors (
    key         INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT CHECK (key < 4194304),
    namespace   TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    dimension   INTEGER NOT NULL CHECK (dimension > 0),
    metric      TEXT    NOT NULL CHECK (metric IN ('cosine', 'euclid', 'dot')),
    feature_uri TEXT    NOT NULL,
    points      INTEGER NOT NULL DEFAULT 0, -- how many rows it has in points
    next_point  INTEGER NOT NULL DEFAULT 0, -- rises for ever
    UNIQUE (namespace, name)
) STRICT;

CREATE TABLE points (
    key     INTEGER NOT NULL PRIMARY KEY,
    vector  INTEGER NOT NULL REFERENCES vectors (key),
    id      TEXT    NOT NULL,
    payload TEXT    NOT NULL, -- a JSON object
    fields  BLOB    NOT NULL, -- 8 bytes for each scalar member of payload, see filter.go
    floats  BLOB    NOT NULL, -- float32, little-endian
    UNIQUE (vector, id)
) STRICT;
