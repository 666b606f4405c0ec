-- Notices that are to be sent and that were. The newest row of an id speaks; none is deleted. They hold counts, names of systems and
-- addresses of pages, and nothing about people.
CREATE TABLE IF NOT EXISTS notices (
    id String, channel LowCardinality(String), recipient String, account String, subject String, body String, content String,
    state LowCardinality(String), attempts UInt16, next DateTime('UTC'), error String, created DateTime('UTC'), updated DateTime64(6, 'UTC')
) ENGINE = ReplacingMergeTree(updated) ORDER BY id;
