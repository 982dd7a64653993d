-- Snapshots of organisations. In all tables but `photos` the rows of the snapshot `id` are those of the organisation
-- `id - 2^62` (src/snapshots.rs). So clients and tokens are unique among those that work, of organisations above 0, and not
-- among all.

CREATE TABLE snapshots (
    id INTEGER NOT NULL PRIMARY KEY,
    org INTEGER NOT NULL,
    name TEXT NOT NULL,
    taken INTEGER NOT NULL,
    UNIQUE (org, name)
) STRICT;

ALTER TABLE clients RENAME TO former_clients;
CREATE TABLE clients (
    org INTEGER NOT NULL,
    id TEXT NOT NULL,
    secret BLOB NOT NULL,
    redirect_uri TEXT,
    PRIMARY KEY (org, id)
) STRICT, WITHOUT ROWID;
INSERT INTO clients SELECT org, id, secret, redirect_uri FROM former_clients;
DROP TABLE former_clients;
CREATE UNIQUE INDEX clients_by_id ON clients (id) WHERE org > 0;

ALTER TABLE grant_codes RENAME TO former_grant_codes;
CREATE TABLE grant_codes (
    org INTEGER NOT NULL,
    digest BLOB NOT NULL,
    client TEXT NOT NULL,
    user INTEGER NOT NULL,
    scopes TEXT NOT NULL,
    expires INTEGER NOT NULL,
    PRIMARY KEY (org, digest)
) STRICT, WITHOUT ROWID;
INSERT INTO grant_codes SELECT org, digest, client, user, scopes, expires FROM former_grant_codes;
DROP TABLE former_grant_codes;
CREATE UNIQUE INDEX grant_codes_by_digest ON grant_codes (digest) WHERE org > 0;
CREATE INDEX grant_codes_by_expiry ON grant_codes (org, expires);

-- Every index ends in `sequence`.
ALTER TABLE refresh_tokens RENAME TO former_refresh_tokens;
CREATE TABLE refresh_tokens (
    sequence INTEGER NOT NULL PRIMARY KEY,
    digest BLOB NOT NULL,
    org INTEGER NOT NULL,
    client TEXT NOT NULL,
    user INTEGER NOT NULL,
    scopes TEXT NOT NULL,
    created INTEGER NOT NULL
) STRICT;
INSERT INTO refresh_tokens SELECT * FROM former_refresh_tokens;
DROP TABLE former_refresh_tokens;
CREATE UNIQUE INDEX refresh_tokens_by_digest ON refresh_tokens (digest) WHERE org > 0;
CREATE INDEX refresh_tokens_by_user ON refresh_tokens (org, client, user);

ALTER TABLE access_tokens RENAME TO former_access_tokens;
CREATE TABLE access_tokens (
    sequence INTEGER NOT NULL PRIMARY KEY,
    digest BLOB NOT NULL,
    org INTEGER NOT NULL,
    client TEXT NOT NULL,
    user INTEGER NOT NULL,
    scopes TEXT NOT NULL,
    refresh BLOB,
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL
) STRICT;
INSERT INTO access_tokens SELECT * FROM former_access_tokens;
DROP TABLE former_access_tokens;
CREATE UNIQUE INDEX access_tokens_by_digest ON access_tokens (digest) WHERE org > 0;
CREATE INDEX access_tokens_by_refresh ON access_tokens (refresh) WHERE refresh IS NOT NULL AND org > 0;
CREATE INDEX access_tokens_by_expiry ON access_tokens (org, expires);

-- Photos are shared: one that a snapshot has named has a number in `kept`, and stays when its record gets another. The one that is the
-- record's alone has 0, so that the next is written over it.
ALTER TABLE photos RENAME TO former_photos;
CREATE TABLE photos (
    org INTEGER NOT NULL,
    record INTEGER NOT NULL,
    kept INTEGER NOT NULL,
    image TEXT NOT NULL,
    kind TEXT NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (org, record, kept)
) STRICT, WITHOUT ROWID;
INSERT INTO photos SELECT org, record, 0, image, kind, bytes FROM former_photos;
DROP TABLE former_photos;
