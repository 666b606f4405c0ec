-- What stands beside the verification list: the figures that order it, what people found on site, the looks that were taken
-- at the same data month after month, and the random audit sample. Outcomes are only ever added. A look, a day of the history
-- and a sample belong to a month or day of analysis, and the newest run of it replaces the ones before.
ALTER TABLE verify_list ADD COLUMN IF NOT EXISTS expected Float64 DEFAULT nan;
ALTER TABLE verify_list ADD COLUMN IF NOT EXISTS stakes Float64 DEFAULT 0;
ALTER TABLE verify_list ADD COLUMN IF NOT EXISTS since Date DEFAULT toDate(0);

CREATE TABLE IF NOT EXISTS verification_outcomes (
    unit String, form String, period String, outcome LowCardinality(String), reason String, recorded_by String,
    at DateTime64(6, 'UTC'), audit Bool, expected Float64, families Array(String), recommended Bool, policy String,
    findings Array(String), stratum String, weight Float64
) ENGINE = MergeTree ORDER BY (unit, form, at);

-- One row for every family of evidence of a case that was looked at in a month; the row without a unit says that the month
-- was looked at, though nothing was found.
CREATE TABLE IF NOT EXISTS verification_looks (
    month Date, unit String, form String, family LowCardinality(String), p Float64, as_of Date, run UInt64
) ENGINE = ReplacingMergeTree(run) ORDER BY (month, unit, form, family);

CREATE TABLE IF NOT EXISTS verification_history (
    unit String, form String, as_of Date, priority UInt32, recommended Bool, families Array(String), expected Float64,
    run UInt64
) ENGINE = ReplacingMergeTree(run) ORDER BY (unit, form, as_of);

CREATE TABLE IF NOT EXISTS verification_samples (
    month Date, unit String, form String, stratum String, population UInt32, drawn UInt32, period String, run UInt64
) ENGINE = ReplacingMergeTree(run) ORDER BY (month, unit, form);
