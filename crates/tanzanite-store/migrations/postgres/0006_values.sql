-- The value index: see migrations/sqlite/0006_values.sql.

CREATE TABLE record_values (
    org BIGINT NOT NULL,
    field BIGINT NOT NULL,
    value TEXT COLLATE "C" NOT NULL,
    record BIGINT NOT NULL,
    PRIMARY KEY (org, field, value, record)
);
