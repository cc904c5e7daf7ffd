-- Lists of versions stay as fast as they were with the first one: what they
-- count and choose by is kept here, or in an index, by the database itself.

-- How many versions are there, and how many of them are disabled: of each
-- plugin, and with fold '' of all of the owner's.
CREATE TABLE version_counts (
    owner    TEXT    NOT NULL,
    fold     TEXT    NOT NULL,
    present  INTEGER NOT NULL,
    disabled INTEGER NOT NULL,
    PRIMARY KEY (owner, fold)
) STRICT, WITHOUT ROWID;
INSERT INTO version_counts SELECT owner, fold, count(*), count(disabled_at) FROM versions WHERE deleted_at IS NULL GROUP BY owner, fold;
INSERT INTO version_counts SELECT owner, '', sum(present), sum(disabled) FROM version_counts GROUP BY owner;

CREATE TRIGGER versions_counted AFTER INSERT ON versions BEGIN
    INSERT INTO version_counts (owner, fold, present, disabled)
    VALUES (NEW.owner, NEW.fold, NEW.deleted_at IS NULL, NEW.deleted_at IS NULL AND NEW.disabled_at IS NOT NULL),
           (NEW.owner, '', NEW.deleted_at IS NULL, NEW.deleted_at IS NULL AND NEW.disabled_at IS NOT NULL)
    ON CONFLICT (owner, fold) DO UPDATE SET present = present + excluded.present, disabled = disabled + excluded.disabled;
END;
CREATE TRIGGER versions_recounted AFTER UPDATE OF deleted_at, disabled_at ON versions BEGIN
    UPDATE version_counts SET
        present = present + (NEW.deleted_at IS NULL) - (OLD.deleted_at IS NULL),
        disabled = disabled + (NEW.deleted_at IS NULL AND NEW.disabled_at IS NOT NULL) - (OLD.deleted_at IS NULL AND OLD.disabled_at IS NOT NULL)
    WHERE owner = NEW.owner AND fold IN (NEW.fold, '');
END;
CREATE TRIGGER versions_discounted AFTER DELETE ON versions BEGIN
    UPDATE version_counts SET
        present = present - (OLD.deleted_at IS NULL),
        disabled = disabled - (OLD.deleted_at IS NULL AND OLD.disabled_at IS NOT NULL)
    WHERE owner = OLD.owner AND fold IN (OLD.fold, '');
END;

CREATE INDEX versions_by_number ON versions (owner, fold, version);

-- Whether the version ever went live.
ALTER TABLE versions ADD COLUMN was_live INTEGER NOT NULL DEFAULT 0;
UPDATE versions SET was_live = 1 WHERE EXISTS (SELECT 1 FROM deployments d
    WHERE d.owner = versions.owner AND d.fold = versions.fold AND d.version = versions.version
        AND d.deployed_at IS NOT NULL AND d.action IN ('deploy', 'rollback'));

CREATE TRIGGER versions_go_live AFTER INSERT ON deployments
WHEN NEW.deployed_at IS NOT NULL AND NEW.action IN ('deploy', 'rollback') BEGIN
    UPDATE versions SET was_live = 1 WHERE owner = NEW.owner AND fold = NEW.fold AND version = NEW.version AND was_live = 0;
END;
CREATE TRIGGER versions_went_live AFTER UPDATE OF deployed_at ON deployments
WHEN NEW.deployed_at IS NOT NULL AND NEW.action IN ('deploy', 'rollback') BEGIN
    UPDATE versions SET was_live = 1 WHERE owner = NEW.owner AND fold = NEW.fold AND version = NEW.version AND was_live = 0;
END;
-- A version that is read from git anew may have been live before.
CREATE TRIGGER versions_were_live AFTER INSERT ON versions
WHEN EXISTS (SELECT 1 FROM deployments d WHERE d.owner = NEW.owner AND d.fold = NEW.fold AND d.version = NEW.version
    AND d.deployed_at IS NOT NULL AND d.action IN ('deploy', 'rollback')) BEGIN
    UPDATE versions SET was_live = 1 WHERE seq = NEW.seq;
END;

-- deleted_at is in them so that counting needs nothing else.
CREATE INDEX versions_by_live ON versions (owner, fold, was_live, seq, deleted_at) WHERE deleted_at IS NULL;
CREATE INDEX versions_by_author ON versions (owner, fold, key_name, seq, deleted_at) WHERE deleted_at IS NULL;
CREATE INDEX versions_by_time ON versions (owner, fold, created_at, seq, deleted_at) WHERE deleted_at IS NULL;
