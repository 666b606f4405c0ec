-- What the comparison of forms found: tables of results, replaced as a whole by the next analysis. A row in duplicate_runs
-- comes last and makes a run's results count.
CREATE TABLE IF NOT EXISTS duplicate_runs (
    run UInt64, as_of Date, forms UInt64, fields UInt64, compared UInt64, hours Float64, hours_low Float64, hours_high Float64
) ENGINE = MergeTree ORDER BY run;

-- Two forms that share payload: shares by the effort that filling in takes.
CREATE TABLE IF NOT EXISTS form_overlaps (
    run UInt64, form_a LowCardinality(String), form_b LowCardinality(String), share_a Float64, share_b Float64,
    shared_a UInt32, shared_b UInt32, payload_a UInt32, payload_b UInt32, rows UInt64, agreement Float64, score Float64,
    suggestion LowCardinality(String), hours Float64, hours_low Float64, hours_high Float64
) ENGINE = MergeTree PARTITION BY run ORDER BY (form_a, form_b);

-- Two fields of different forms, with the judgement and its components.
CREATE TABLE IF NOT EXISTS field_matches (
    run UInt64, form_a LowCardinality(String), field_a String, form_b LowCardinality(String), field_b String,
    relation LowCardinality(String), kind LowCardinality(String), score Float64, agreement Float64, baseline Float64,
    rows UInt64, joined_by LowCardinality(String), factor Float64, codes Map(String, String), why String CODEC(ZSTD(3))
) ENGINE = MergeTree PARTITION BY run ORDER BY (form_a, form_b, field_a, field_b);

-- Data items: fields that hold the same data, one of a form, with the proposed authoritative source.
CREATE TABLE IF NOT EXISTS data_items (
    run UInt64, id String, name String, definition String, code_set String, source_form LowCardinality(String), source_field String,
    reasons String, agreement Float64, rows UInt64, hours Float64, hours_low Float64, hours_high Float64,
    saved Float64, saved_low Float64, saved_high Float64
) ENGINE = MergeTree PARTITION BY run ORDER BY id;

-- Every form that asks an item; those that are not members follow from one, such as sums over months.
CREATE TABLE IF NOT EXISTS data_item_fields (
    run UInt64, item String, form LowCardinality(String), field String, label String, member Bool, relation LowCardinality(String),
    agreement Float64, rows UInt64, complete Float64, delay Float64, units UInt64, submissions Float64,
    hours Float64, hours_low Float64, hours_high Float64
) ENGINE = MergeTree PARTITION BY run ORDER BY (item, form, field);

-- The merge plan. Lines of one step belong together and are decided together.
CREATE TABLE IF NOT EXISTS plan_steps (
    run UInt64, id String, step UInt32, line UInt32, action LowCardinality(String), form LowCardinality(String), field String,
    from_form LowCardinality(String), from_field String, relation LowCardinality(String), item String,
    hours Float64, hours_low Float64, hours_high Float64, units UInt64, needs String, codes Map(String, String), factor Float64
) ENGINE = MergeTree PARTITION BY run ORDER BY (step, line);

-- What people decided about lines of the plan, with what was promised and what the line cost before. Kept for good: promised
-- is compared with saved.
CREATE TABLE IF NOT EXISTS plan_decisions (
    id String, decided DateTime64(6, 'UTC'), decision LowCardinality(String), effective Date, decided_by String, note String,
    action LowCardinality(String), form LowCardinality(String), field String, from_form LowCardinality(String), from_field String,
    relation LowCardinality(String), promised Float64, promised_low Float64, promised_high Float64, before Float64
) ENGINE = MergeTree ORDER BY (id, decided);
