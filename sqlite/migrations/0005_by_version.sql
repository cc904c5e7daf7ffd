-- A version is asked for by its text as often as by its numbers, and without
-- this each such question walked over all versions of the plugin.
CREATE INDEX versions_by_version ON versions (owner, fold, version);
