-- Documents, the keys by which they are found, and links. The numbers of kinds, slots and relations stand in
-- crates/tanzanite-crm/src/stored/kind.rs. The settings become documents.

CREATE TABLE documents (
    org INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    id INTEGER NOT NULL,
    within INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (org, kind, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX documents_by_whole ON documents (org, kind, within, id) WHERE within <> 0;

CREATE TABLE document_keys (
    org INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    slot INTEGER NOT NULL,
    value TEXT NOT NULL,
    id INTEGER NOT NULL,
    PRIMARY KEY (org, kind, slot, value, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX document_keys_by_document ON document_keys (org, kind, id);
-- Jobs to do: kind 60, slot 3.
CREATE INDEX document_keys_of_jobs ON document_keys (org, value) WHERE kind = 60 AND slot = 3 AND org > 0;

CREATE TABLE links (
    org INTEGER NOT NULL,
    relation INTEGER NOT NULL,
    source INTEGER NOT NULL,
    target INTEGER NOT NULL,
    PRIMARY KEY (org, relation, source, target)
) STRICT, WITHOUT ROWID;
CREATE INDEX links_by_target ON links (org, relation, target, source);

-- What cannot be read is kept under a kind that there is not, where `tanzanite verify` finds it.
INSERT OR REPLACE INTO documents (org, kind, id, within, body)
SELECT org, kind,
    CASE
        WHEN kind IN (2, 3, 4, 33) THEN item ->> '$.id'
        WHEN kind = 30 THEN item ->> '$.number'
        WHEN kind = 31 THEN item ->> '$.field.number'
        WHEN kind IN (0, 5, 32) THEN position
        ELSE 1
    END,
    0,
    CASE WHEN kind = 0 THEN item WHEN kind IN (2, 3, 4, 33) THEN json_remove(item, '$.kind', '$.id') ELSE json_remove(item, '$.kind') END
FROM (
    SELECT org, position, item, CASE
        WHEN NOT json_valid(item) THEN 0
        WHEN item ->> '$.kind' = 'organisation' THEN 1
        WHEN item ->> '$.kind' = 'user' THEN 2
        WHEN item ->> '$.kind' = 'profile' THEN 3
        WHEN item ->> '$.kind' = 'role' THEN 4
        WHEN item ->> '$.kind' = 'sharing' THEN 5
        WHEN item ->> '$.kind' = 'changed' THEN 6
        WHEN item ->> '$.kind' = 'origin' THEN 7
        WHEN item ->> '$.kind' = 'clock' THEN 8
        WHEN item ->> '$.kind' = 'limits' THEN 9
        WHEN item ->> '$.kind' = 'custom_module' THEN 30
        WHEN item ->> '$.kind' = 'custom_field' THEN 31
        WHEN item ->> '$.kind' = 'picklist_values' THEN 32
        WHEN item ->> '$.kind' = 'locking' THEN 33
        ELSE 0
    END AS kind FROM settings
) ORDER BY org, position;
DROP TABLE settings;

-- Roles are found by their names: slot 1. Letters that are not ASCII keep their case until the role is next changed.
INSERT OR IGNORE INTO document_keys (org, kind, slot, value, id)
SELECT org, kind, 1, '0 ' || lower(trim(body ->> '$.name')), id FROM documents WHERE kind = 4 AND body ->> '$.name' IS NOT NULL;
