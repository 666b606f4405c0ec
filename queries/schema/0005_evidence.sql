-- What reading a form costs, kept between analyses: a cache. Print says what a row was made of; a row whose print is not the one
-- looked for is never read, so losing or tearing this table costs time and nothing else. Oldest is the first day that the row
-- speaks of, so that it goes when the submissions go.
CREATE TABLE IF NOT EXISTS evidence (
    form LowCardinality(String), part LowCardinality(String), print UInt64, oldest Date, packed String CODEC(ZSTD(1)),
    made DateTime64(6, 'UTC')
) ENGINE = ReplacingMergeTree(made) ORDER BY (part, form);
