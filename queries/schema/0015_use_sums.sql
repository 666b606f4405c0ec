-- The use of a system on one local day, summed up from use_days by what the pages are taken for: a cache as well. Rules is the
-- hash of that.
CREATE TABLE IF NOT EXISTS use_sums (
    system LowCardinality(String), day Date, print UInt64, rules UInt64, made DateTime64(6, 'UTC'),
    events UInt64, meaningful UInt64, writes UInt64, handled UInt64, by_people UInt64, unknown UInt64, background UInt64, hidden UInt64,
    people AggregateFunction(uniq, UInt64), writers AggregateFunction(uniq, UInt64), units AggregateFunction(uniq, String)
) ENGINE = ReplacingMergeTree(made) PARTITION BY toYYYYMM(day) ORDER BY (system, day);
