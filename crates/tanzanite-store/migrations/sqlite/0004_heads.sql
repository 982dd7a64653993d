-- A record's fields stand apart from its head: what policy asks and most changes change is the head, of about 120 bytes.
--
-- `record_fields` has a rowid. Without one a row of more than 1,002 bytes takes a page of 4 kB of its own; and a head's row beside
-- such fields is moved with them.

ALTER TABLE records RENAME TO former_records;
CREATE TABLE records (
    org INTEGER NOT NULL,
    module INTEGER NOT NULL,
    id INTEGER NOT NULL,
    name TEXT NOT NULL,
    owner INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    created_by INTEGER NOT NULL,
    modified_at INTEGER NOT NULL,
    modified_by INTEGER NOT NULL,
    image TEXT,
    deleted_at INTEGER,
    deleted_by INTEGER,
    timeline INTEGER NOT NULL,
    PRIMARY KEY (org, module, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE record_fields (
    org INTEGER NOT NULL,
    module INTEGER NOT NULL,
    id INTEGER NOT NULL,
    fields TEXT NOT NULL,
    PRIMARY KEY (org, module, id)
) STRICT;
INSERT INTO records SELECT org, module, id, name, owner, created_at, created_by, modified_at, modified_by, image, deleted_at,
    deleted_by, timeline FROM former_records;
INSERT INTO record_fields SELECT org, module, id, fields FROM former_records ORDER BY org, module, id;
DROP TABLE former_records;

-- A list finds its page in an index alone: the owner is in those by time, so that some owners' records are found, and `deleted_at`, of one
-- byte that says nothing, in all, for SQLite looks at it even where the index says what it is.
CREATE INDEX records_by_created ON records (org, module, created_at, id, owner, deleted_at) WHERE deleted_at IS NULL;
CREATE INDEX records_by_modified ON records (org, module, modified_at, id, owner, deleted_at) WHERE deleted_at IS NULL;
CREATE INDEX records_by_owner ON records (org, module, owner, id, deleted_at) WHERE deleted_at IS NULL;
