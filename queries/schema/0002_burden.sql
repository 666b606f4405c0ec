-- The time that reporting takes, as the last analysis reckoned it: a table of results, not of records, replaced as a whole.
-- Seconds are those of one submission. Forms without any start time have an estimate, spread is its standard deviation as
-- a share.
CREATE TABLE IF NOT EXISTS burden_forms (
    run UInt64, form LowCardinality(String), fence Float64, seconds Float64, spread Float64, observed Bool
) ENGINE = MergeTree PARTITION BY run ORDER BY form;

-- How long a unit takes, as a multiple of what others take for the same forms.
CREATE TABLE IF NOT EXISTS burden_units (
    run UInt64, unit LowCardinality(String), pace Float64
) ENGINE = MergeTree PARTITION BY run ORDER BY unit;

-- Hours by form, unit and month of submission. Observed hours have a plausible start, filled hours take the form's own pace,
-- estimated hours come from the fields. Recent marks the days of the analysed window.
CREATE TABLE IF NOT EXISTS burden_monthly (
    run UInt64, form LowCardinality(String), unit LowCardinality(String), month Date, recent Bool,
    submissions UInt64, timed UInt64, observed Float64, filled Float64, estimated Float64
) ENGINE = MergeTree PARTITION BY run ORDER BY (form, unit, month);
