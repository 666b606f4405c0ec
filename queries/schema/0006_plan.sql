-- What each field takes in a year, as the merge plan reckoned it: a table of results, replaced as a whole. A decision on the
-- plan keeps the hours of before from here.
CREATE TABLE IF NOT EXISTS field_hours (
    run UInt64, form LowCardinality(String), field String, hours Float64, hours_low Float64, hours_high Float64
) ENGINE = MergeTree PARTITION BY run ORDER BY (form, field);
