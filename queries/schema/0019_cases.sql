-- The history of cases: findings that people look into. Events are only ever added, one insert for each; the state of a case
-- is what they amount to. An insert carries the token of its case and number, so that of two decisions on the same state the
-- table keeps one. The columns are what operators read; the body is the whole event with the findings as they were.
CREATE TABLE IF NOT EXISTS case_events (
    case String, number UInt32, id String, recorded DateTime64(6, 'UTC'), account String, name String, kind LowCardinality(String),
    from_state LowCardinality(String), to_state LowCardinality(String), verdict LowCardinality(String), assignee String, text String,
    body String CODEC(ZSTD(3))
) ENGINE = MergeTree ORDER BY (case, number)
SETTINGS non_replicated_deduplication_window = 1000;

-- What people attached to cases, by the SHA-256 of its bytes, cut into parts. A file that is stored again replaces itself.
CREATE TABLE IF NOT EXISTS case_files (
    sha256 String, part UInt32, bytes String CODEC(ZSTD(1)), stored DateTime64(6, 'UTC')
) ENGINE = ReplacingMergeTree(stored) ORDER BY (sha256, part);
