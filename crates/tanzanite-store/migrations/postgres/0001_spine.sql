-- The spine: settings, the directory of clients and tokens, records with their photos, locks and timelines.
-- Times are milliseconds since 1970-01-01 UTC. Every key begins with the organisation, but for the directory's.
--
-- Tables, columns and their meanings are those of migrations/sqlite/0001_spine.sql. What PostgreSQL has beside them is said
-- to be so. Texts are compared byte by byte, as in SQLite. Flags are 0 and 1, as in SQLite.

CREATE TABLE settings (
    org BIGINT NOT NULL,
    position BIGINT NOT NULL,
    item TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (org, position)
);

-- PostgreSQL only. Changes with the organisation's settings and in the same transaction: how a node knows that what it
-- remembers of them is still so.
CREATE TABLE settings_versions (
    org BIGINT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL
);

-- Nodes take numbers in blocks: `last` is the last one that some node may have given.
CREATE TABLE counters (
    org BIGINT NOT NULL PRIMARY KEY,
    last BIGINT NOT NULL
);

CREATE TABLE clients (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    org BIGINT NOT NULL,
    secret BYTEA NOT NULL,
    redirect_uri TEXT COLLATE "C"
);

-- What is dead is thrown away when new ones come.
CREATE TABLE grant_codes (
    digest BYTEA NOT NULL PRIMARY KEY,
    org BIGINT NOT NULL,
    client TEXT COLLATE "C" NOT NULL,
    "user" BIGINT NOT NULL,
    scopes TEXT COLLATE "C" NOT NULL,
    expires BIGINT NOT NULL
);
CREATE INDEX grant_codes_by_expiry ON grant_codes (expires);

-- `sequence` is the order of issue, of tokens and refresh tokens alike: many are issued in one millisecond.
CREATE SEQUENCE tokens_issued;
CREATE TABLE refresh_tokens (
    sequence BIGINT NOT NULL PRIMARY KEY DEFAULT nextval('tokens_issued'),
    digest BYTEA NOT NULL UNIQUE,
    org BIGINT NOT NULL,
    client TEXT COLLATE "C" NOT NULL,
    "user" BIGINT NOT NULL,
    scopes TEXT COLLATE "C" NOT NULL,
    created BIGINT NOT NULL
);
CREATE INDEX refresh_tokens_by_user ON refresh_tokens (org, client, "user", sequence);

CREATE TABLE access_tokens (
    sequence BIGINT NOT NULL PRIMARY KEY DEFAULT nextval('tokens_issued'),
    digest BYTEA NOT NULL UNIQUE,
    org BIGINT NOT NULL,
    client TEXT COLLATE "C" NOT NULL,
    "user" BIGINT NOT NULL,
    scopes TEXT COLLATE "C" NOT NULL,
    refresh BYTEA,
    created BIGINT NOT NULL,
    expires BIGINT NOT NULL
);
CREATE INDEX access_tokens_by_refresh ON access_tokens (refresh, sequence) WHERE refresh IS NOT NULL;
CREATE INDEX access_tokens_by_expiry ON access_tokens (expires);

-- `image` is the value of Record_Image: the name of the row in `photos`. `timeline` is the newest entry of the record's.
--
-- No index holds a column that every change of a record changes (`modified_at`, `timeline`, `image`). PostgreSQL locks
-- the pages of the indexes that a serializable transaction reads, and an update that touches an index writes to the pages
-- of all of them: two changes of neighbouring records would fail each other. With room on its page an update touches none.
CREATE TABLE records (
    org BIGINT NOT NULL,
    module BIGINT NOT NULL,
    id BIGINT NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    owner BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    created_by BIGINT NOT NULL,
    modified_at BIGINT NOT NULL,
    modified_by BIGINT NOT NULL,
    image TEXT COLLATE "C",
    deleted_at BIGINT,
    deleted_by BIGINT,
    timeline BIGINT NOT NULL,
    fields TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (org, module, id),
    CHECK ((deleted_at IS NULL) = (deleted_by IS NULL))
) WITH (fillfactor = 70);
CREATE INDEX records_by_created ON records (org, module, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX records_by_owner ON records (org, module, owner, id) WHERE deleted_at IS NULL;

-- PostgreSQL only: the index `records_by_modified`, as a table (see above). A record has its entry, and it may have former
-- ones that are still to be removed; the entry that counts is the one with the record's own `modified_at`.
CREATE TABLE modifications (
    org BIGINT NOT NULL,
    module BIGINT NOT NULL,
    modified_at BIGINT NOT NULL,
    id BIGINT NOT NULL,
    PRIMARY KEY (org, module, modified_at, id)
);

-- PostgreSQL only: entries of `modifications` that the sweeper is to remove. A queue without an index.
CREATE TABLE former_modifications (
    org BIGINT NOT NULL,
    module BIGINT NOT NULL,
    modified_at BIGINT NOT NULL,
    id BIGINT NOT NULL
);

CREATE FUNCTION note_modification() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.modified_at = OLD.modified_at THEN
            RETURN NULL;
        END IF;
        INSERT INTO former_modifications VALUES (OLD.org, OLD.module, OLD.modified_at, OLD.id);
    END IF;
    -- An entry that is there already is written again, so that the sweeper and we cannot miss each other.
    INSERT INTO modifications VALUES (NEW.org, NEW.module, NEW.modified_at, NEW.id)
    ON CONFLICT (org, module, modified_at, id) DO UPDATE SET id = excluded.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER records_are_modified AFTER INSERT OR UPDATE OF modified_at ON records
    FOR EACH ROW EXECUTE FUNCTION note_modification();

CREATE TABLE unique_values (
    org BIGINT NOT NULL,
    module BIGINT NOT NULL,
    field BIGINT NOT NULL,
    value TEXT COLLATE "C" NOT NULL,
    record BIGINT NOT NULL,
    PRIMARY KEY (org, module, field, value)
);
CREATE INDEX unique_values_by_record ON unique_values (org, record);

-- `blob`, `size` and `digest` (SHA-256) are PostgreSQL only: the object in the object store that has the bytes, if the row
-- has not.
CREATE TABLE photos (
    org BIGINT NOT NULL,
    record BIGINT NOT NULL,
    image TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    bytes BYTEA,
    blob TEXT COLLATE "C",
    size BIGINT,
    digest BYTEA,
    PRIMARY KEY (org, record),
    CHECK ((bytes IS NULL) = (blob IS NOT NULL AND size IS NOT NULL AND digest IS NOT NULL))
) WITH (fillfactor = 70);
-- Pictures are compressed already.
ALTER TABLE photos ALTER COLUMN bytes SET STORAGE EXTERNAL;

-- PostgreSQL only: uploads are numbered in blocks of a thousand, so that no two objects ever have one name.
CREATE SEQUENCE uploads INCREMENT BY 1000;

-- PostgreSQL only: objects that no photo names any more. The sweeper removes the object, then the row.
CREATE TABLE outbox (
    org BIGINT NOT NULL,
    blob TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (org, blob)
);

CREATE TABLE locks (
    org BIGINT NOT NULL,
    record BIGINT NOT NULL,
    id BIGINT NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    automatic BIGINT NOT NULL CHECK (automatic IN (0, 1)),
    created_at BIGINT NOT NULL,
    created_by BIGINT NOT NULL,
    modified_at BIGINT NOT NULL,
    modified_by BIGINT NOT NULL,
    PRIMARY KEY (org, record)
);

-- A record's entries are a chain from the newest back. Their numbers come from a sequence, not from the rows: writers that
-- asked for the greatest number would wait for each other.
CREATE SEQUENCE timeline_entries;
CREATE TABLE timeline (
    org BIGINT NOT NULL,
    entry BIGINT NOT NULL,
    record BIGINT NOT NULL,
    previous BIGINT,
    action TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    by BIGINT NOT NULL,
    PRIMARY KEY (org, entry)
);
