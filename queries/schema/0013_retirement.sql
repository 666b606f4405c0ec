-- The history of the retirement of systems. Events are only ever added, one insert for each decision; the state of a case is
-- what they amount to. An insert carries the token of its system and number, so that of two decisions on the same state the
-- table keeps one: the window must be longer than what can be on its way at once. The columns are what lists and operators
-- read; the body is the whole event with the suggestion, the plan and the traffic as they were.
CREATE TABLE IF NOT EXISTS retirement_events (
    system String, number UInt32, id String, recorded DateTime64(6, 'UTC'), recorded_by String, kind LowCardinality(String),
    from_state LowCardinality(String), to_state LowCardinality(String), basis String, note String,
    effective Date, until Date, due Date, body String CODEC(ZSTD(3))
) ENGINE = MergeTree ORDER BY (system, number)
SETTINGS non_replicated_deduplication_window = 1000;
