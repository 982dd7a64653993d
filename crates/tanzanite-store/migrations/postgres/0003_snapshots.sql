-- Snapshots of organisations. In all tables but `photos` the rows of the snapshot `id` are those of the organisation
-- `id - 2^62` (src/snapshots.rs). So clients and tokens are unique among those that work, of organisations above 0, and not
-- among all.

CREATE SEQUENCE snapshots_taken;
CREATE TABLE snapshots (
    id BIGINT NOT NULL PRIMARY KEY DEFAULT nextval('snapshots_taken'),
    org BIGINT NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    taken BIGINT NOT NULL,
    UNIQUE (org, name)
);

ALTER TABLE clients DROP CONSTRAINT clients_pkey, ADD PRIMARY KEY (org, id);
CREATE UNIQUE INDEX clients_by_id ON clients (id) WHERE org > 0;

ALTER TABLE grant_codes DROP CONSTRAINT grant_codes_pkey, ADD PRIMARY KEY (org, digest);
CREATE UNIQUE INDEX grant_codes_by_digest ON grant_codes (digest) WHERE org > 0;

ALTER TABLE refresh_tokens DROP CONSTRAINT refresh_tokens_digest_key;
CREATE UNIQUE INDEX refresh_tokens_by_digest ON refresh_tokens (digest) WHERE org > 0;

ALTER TABLE access_tokens DROP CONSTRAINT access_tokens_digest_key;
CREATE UNIQUE INDEX access_tokens_by_digest ON access_tokens (digest) WHERE org > 0;
DROP INDEX access_tokens_by_refresh;
CREATE INDEX access_tokens_by_refresh ON access_tokens (refresh, sequence) WHERE refresh IS NOT NULL AND org > 0;

-- Photos are shared: one that a snapshot has named has a number in `kept`, and stays when its record gets another. The one that is the
-- record's alone has 0, so that the next is written over it.
ALTER TABLE photos ADD COLUMN kept BIGINT NOT NULL DEFAULT 0;
ALTER TABLE photos DROP CONSTRAINT photos_pkey, ADD PRIMARY KEY (org, record, kept);

-- Versions come from one sequence, so that an organisation that was removed and made again has none that it had before. The
-- `generation` is the version at which its numbers began anew: a node keeps the blocks that it took for that one.
CREATE SEQUENCE settings_changes;
SELECT setval('settings_changes', max(version)) FROM settings_versions HAVING max(version) > 0;
ALTER TABLE settings_versions ADD COLUMN generation BIGINT NOT NULL DEFAULT 0;
