-- What was done to lower the burden, as people recorded it. The newest row of an id counts. Kind says what the subject is:
-- all (no subject), department, system or form. Claimed is what was announced of it, in the words of `jianfu burden compare`.
CREATE TABLE IF NOT EXISTS measures (
    id String, name String, effective Date, kind LowCardinality(String), subject String, claimed String, source String, by String,
    removed Bool, updated DateTime64(6, 'UTC')
) ENGINE = ReplacingMergeTree(updated) ORDER BY id;

-- How the time of a form is known: observed (start times), logs (from opening to sending in the usage logs) or estimated. Least
-- is the shortest time that counts as work, common the part of spread by which estimates of all forms err together, and bias
-- how much longer logs show than start times do.
ALTER TABLE burden_forms ADD COLUMN IF NOT EXISTS method LowCardinality(String);
ALTER TABLE burden_forms ADD COLUMN IF NOT EXISTS least Float64;
ALTER TABLE burden_forms ADD COLUMN IF NOT EXISTS common Float64;
ALTER TABLE burden_forms ADD COLUMN IF NOT EXISTS bias Float64;

-- Doubt is the standard deviation of the pace, as a share.
ALTER TABLE burden_units ADD COLUMN IF NOT EXISTS doubt Float64;

-- Of the observed hours those that usage logs showed.
ALTER TABLE burden_monthly ADD COLUMN IF NOT EXISTS logged Float64;

-- Start times that cannot be right: submissions of a unit to a form that ended before they began.
CREATE TABLE IF NOT EXISTS burden_skewed (
    run UInt64, form LowCardinality(String), unit LowCardinality(String)
) ENGINE = MergeTree PARTITION BY run ORDER BY (form, unit);

-- Imports of many records at once by one person, which take hardly any time a record.
CREATE TABLE IF NOT EXISTS burden_batches (
    run UInt64, form LowCardinality(String), reporter UInt64, minute DateTime('UTC'), sent UInt64
) ENGINE = MergeTree PARTITION BY run ORDER BY (form, reporter, minute);

-- What usage logs show of the work on forms: seconds from the last opening to the sending by one person.
CREATE TABLE IF NOT EXISTS burden_visits (
    run UInt64, form LowCardinality(String), unit LowCardinality(String), day Date, taken Float64
) ENGINE = MergeTree PARTITION BY run ORDER BY (form, unit, day);

-- Sums of burden_monthly that pages and commands read: by form and month, by month, and by unit over the analysed window. Doubt is
-- the standard deviation of the hours that were not observed.
CREATE TABLE IF NOT EXISTS burden_form_months (
    run UInt64, form LowCardinality(String), month Date, recent Bool, submissions UInt64, timed UInt64, units UInt64,
    observed Float64, logged Float64, filled Float64, estimated Float64
) ENGINE = MergeTree PARTITION BY run ORDER BY (form, month);

CREATE TABLE IF NOT EXISTS burden_month_units (
    run UInt64, month Date, units UInt64
) ENGINE = MergeTree PARTITION BY run ORDER BY month;

CREATE TABLE IF NOT EXISTS burden_form_units (
    run UInt64, form LowCardinality(String), units UInt64
) ENGINE = MergeTree PARTITION BY run ORDER BY form;

CREATE TABLE IF NOT EXISTS burden_unit_sums (
    run UInt64, unit LowCardinality(String), submissions UInt64, timed UInt64, forms UInt64,
    observed Float64, logged Float64, filled Float64, estimated Float64, doubt Float64, paced Bool
) ENGINE = MergeTree PARTITION BY run ORDER BY unit;
