-- Words of texts are keys too (crates/tanzanite-crm/src/criteria/keys.rs), beside the whole texts, and so are the
-- beginnings of long texts. All records get their keys anew in the same transaction (src/sqlite/migrate.rs).

DELETE FROM record_values;
