-- Documents, the keys by which they are found, and links: see migrations/sqlite/0005_documents.sql.

CREATE TABLE documents (
    org BIGINT NOT NULL,
    kind BIGINT NOT NULL,
    id BIGINT NOT NULL,
    within BIGINT NOT NULL,
    body TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (org, kind, id)
);
CREATE INDEX documents_by_whole ON documents (org, kind, within, id) WHERE within <> 0;

CREATE TABLE document_keys (
    org BIGINT NOT NULL,
    kind BIGINT NOT NULL,
    slot BIGINT NOT NULL,
    value TEXT COLLATE "C" NOT NULL,
    id BIGINT NOT NULL,
    PRIMARY KEY (org, kind, slot, value, id)
);
CREATE INDEX document_keys_by_document ON document_keys (org, kind, id);
-- Jobs to do: kind 60, slot 3.
CREATE INDEX document_keys_of_jobs ON document_keys (org, value) WHERE kind = 60 AND slot = 3 AND org > 0;

CREATE TABLE links (
    org BIGINT NOT NULL,
    relation BIGINT NOT NULL,
    source BIGINT NOT NULL,
    target BIGINT NOT NULL,
    PRIMARY KEY (org, relation, source, target)
);
CREATE INDEX links_by_target ON links (org, relation, target, source);

INSERT INTO documents (org, kind, id, within, body)
SELECT DISTINCT ON (org, kind, id) org, kind, id, 0,
    CASE WHEN kind IN (2, 3, 4, 33) THEN item - 'kind' - 'id' ELSE item - 'kind' END::text
FROM (
    SELECT org, position, kind, item, CASE
        WHEN kind IN (2, 3, 4, 33) THEN (item ->> 'id')::bigint
        WHEN kind = 30 THEN (item ->> 'number')::bigint
        WHEN kind = 31 THEN (item #>> '{field,number}')::bigint
        WHEN kind IN (0, 5, 32) THEN position
        ELSE 1
    END AS id
    FROM (
        SELECT org, position, item::jsonb AS item, coalesce(array_position(ARRAY[
            'organisation', 'user', 'profile', 'role', 'sharing', 'changed', 'origin', 'clock', 'limits'
        ], item::jsonb ->> 'kind'), 29 + array_position(ARRAY[
            'custom_module', 'custom_field', 'picklist_values', 'locking'
        ], item::jsonb ->> 'kind'), 0) AS kind
        FROM settings
    ) AS of_a_kind
) AS with_ids
ORDER BY org, kind, id, position DESC;
DROP TABLE settings;

-- Roles are found by their names: slot 1.
INSERT INTO document_keys (org, kind, slot, value, id)
SELECT org, kind, 1, '0 ' || lower(trim(body::jsonb ->> 'name')), id FROM documents WHERE kind = 4 AND body::jsonb ->> 'name' IS NOT NULL
ON CONFLICT DO NOTHING;

-- The version is that of the core; the schema has one of its own, from the same sequence.
ALTER TABLE settings_versions ADD COLUMN schema BIGINT NOT NULL DEFAULT 0;
UPDATE settings_versions SET schema = version;
