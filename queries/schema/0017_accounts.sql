-- Accounts of people. A row is the whole account from a moment on; the newest row speaks and none is deleted. Passwords are hashes,
-- what a second factor needs is sealed under a key that is not in here.
CREATE TABLE IF NOT EXISTS accounts (
    name String, title String, roles Array(LowCardinality(String)), divisions Array(String), systems Array(String), email String,
    password String, must_change Bool, factor String, recovery Array(String), subject String, disabled Bool,
    created DateTime('UTC'), changed DateTime64(6, 'UTC'), changed_by String
) ENGINE = MergeTree ORDER BY (name, changed);
