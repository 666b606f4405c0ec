-- What the last analysis says of each system: a table of results, replaced as a whole. The body holds the measures, the five
-- official tests and the suggestion as JSON; the columns are what lists sort and filter by. Hours and yuan are those of a year.
CREATE TABLE IF NOT EXISTS system_assessments (
    run UInt64, system String, as_of Date, seen LowCardinality(String), verdict LowCardinality(String),
    suggestion LowCardinality(String), successor String, hours Float64, hours_low Float64, hours_high Float64,
    yuan Float64, yuan_low Float64, yuan_high Float64, body String CODEC(ZSTD(3))
) ENGINE = MergeTree PARTITION BY run ORDER BY system;
