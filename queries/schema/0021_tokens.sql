-- Tokens of the API, without their secrets: a row is the SHA-256 of one. The newest row of an id speaks; none is deleted.
CREATE TABLE IF NOT EXISTS tokens (
    id String, account String, name String, hash String, roles Array(LowCardinality(String)), divisions Array(String), systems Array(String),
    abilities Array(LowCardinality(String)), created DateTime('UTC'), created_by String, expires DateTime('UTC'), revoked DateTime('UTC'), revoked_by String,
    updated DateTime64(6, 'UTC')
) ENGINE = ReplacingMergeTree(updated) ORDER BY id;

-- When each was last used, to the hour.
CREATE TABLE IF NOT EXISTS token_uses (
    id String, last SimpleAggregateFunction(max, DateTime('UTC'))
) ENGINE = AggregatingMergeTree ORDER BY id;
