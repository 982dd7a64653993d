-- Dead codes and tokens are those of one organisation: each has its own clock.

DROP INDEX grant_codes_by_expiry;
DROP INDEX access_tokens_by_expiry;
CREATE INDEX grant_codes_by_expiry ON grant_codes (org, expires);
CREATE INDEX access_tokens_by_expiry ON access_tokens (org, expires);
