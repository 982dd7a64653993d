-- The value index: under which texts records are found by the values of their fields. What the texts are says
-- crates/tanzanite-crm/src/criteria/keys.rs; those of the records that there are follow in the same transaction
-- (crates/tanzanite-store/src/sqlite/migrate.rs). A field's number is unique in its organisation.

CREATE TABLE record_values (
    org INTEGER NOT NULL,
    field INTEGER NOT NULL,
    value TEXT NOT NULL,
    record INTEGER NOT NULL,
    PRIMARY KEY (org, field, value, record)
) STRICT, WITHOUT ROWID;
