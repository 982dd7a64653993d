-- The spine: settings, the directory of clients and tokens, records with their photos, locks and timelines.
-- Times are milliseconds since 1970-01-01 UTC. Every key begins with the organisation, but for the directory's.

CREATE TABLE settings (
    org INTEGER NOT NULL,
    position INTEGER NOT NULL,
    item TEXT NOT NULL,
    PRIMARY KEY (org, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE counters (
    org INTEGER NOT NULL PRIMARY KEY,
    last INTEGER NOT NULL
) STRICT;

CREATE TABLE clients (
    id TEXT NOT NULL PRIMARY KEY,
    org INTEGER NOT NULL,
    secret BLOB NOT NULL,
    redirect_uri TEXT
) STRICT, WITHOUT ROWID;

-- What is dead is thrown away when new ones come.
CREATE TABLE grant_codes (
    digest BLOB NOT NULL PRIMARY KEY,
    org INTEGER NOT NULL,
    client TEXT NOT NULL,
    user INTEGER NOT NULL,
    scopes TEXT NOT NULL,
    expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX grant_codes_by_expiry ON grant_codes (expires);

-- `sequence` is the order of issue, since many tokens are issued in one millisecond. Every index ends in it.
CREATE TABLE refresh_tokens (
    sequence INTEGER NOT NULL PRIMARY KEY,
    digest BLOB NOT NULL UNIQUE,
    org INTEGER NOT NULL,
    client TEXT NOT NULL,
    user INTEGER NOT NULL,
    scopes TEXT NOT NULL,
    created INTEGER NOT NULL
) STRICT;
CREATE INDEX refresh_tokens_by_user ON refresh_tokens (org, client, user);

CREATE TABLE access_tokens (
    sequence INTEGER NOT NULL PRIMARY KEY,
    digest BLOB NOT NULL UNIQUE,
    org INTEGER NOT NULL,
    client TEXT NOT NULL,
    user INTEGER NOT NULL,
    scopes TEXT NOT NULL,
    refresh BLOB,
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL
) STRICT;
CREATE INDEX access_tokens_by_refresh ON access_tokens (refresh) WHERE refresh IS NOT NULL;
CREATE INDEX access_tokens_by_expiry ON access_tokens (expires);

-- `image` is the value of Record_Image: the name of the row in `photos`. `timeline` is the newest entry of the record's.
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
    fields TEXT NOT NULL,
    PRIMARY KEY (org, module, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX records_by_created ON records (org, module, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX records_by_modified ON records (org, module, modified_at, id) WHERE deleted_at IS NULL;
CREATE INDEX records_by_owner ON records (org, module, owner, id) WHERE deleted_at IS NULL;

CREATE TABLE unique_values (
    org INTEGER NOT NULL,
    module INTEGER NOT NULL,
    field INTEGER NOT NULL,
    value TEXT NOT NULL,
    record INTEGER NOT NULL,
    PRIMARY KEY (org, module, field, value)
) STRICT, WITHOUT ROWID;
CREATE INDEX unique_values_by_record ON unique_values (org, record);

CREATE TABLE photos (
    org INTEGER NOT NULL,
    record INTEGER NOT NULL,
    image TEXT NOT NULL,
    kind TEXT NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (org, record)
) STRICT, WITHOUT ROWID;

CREATE TABLE locks (
    org INTEGER NOT NULL,
    record INTEGER NOT NULL,
    id INTEGER NOT NULL,
    reason TEXT NOT NULL,
    automatic INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    created_by INTEGER NOT NULL,
    modified_at INTEGER NOT NULL,
    modified_by INTEGER NOT NULL,
    PRIMARY KEY (org, record)
) STRICT, WITHOUT ROWID;

-- Appended in the order of what happens, so that all writes meet in the last page; a record's entries are a chain from the
-- newest back.
CREATE TABLE timeline (
    org INTEGER NOT NULL,
    entry INTEGER NOT NULL,
    record INTEGER NOT NULL,
    previous INTEGER,
    action TEXT NOT NULL,
    at INTEGER NOT NULL,
    by INTEGER NOT NULL,
    PRIMARY KEY (org, entry)
) STRICT, WITHOUT ROWID;
