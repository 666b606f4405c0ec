-- The registry: small tables, the newest row of an id counts.
CREATE TABLE IF NOT EXISTS systems (
    id String, name String, owner LowCardinality(String), level LowCardinality(String), kind LowCardinality(String),
    launched Date, annual_cost Float64, entitled_users UInt64, cycle LowCardinality(String), season Array(String),
    successor String, waiver_rule String, waiver_basis String, waiver_until Date,
    usage_covered Bool, declared Bool, updated DateTime64(6, 'UTC')
) ENGINE = ReplacingMergeTree(updated) ORDER BY id;

CREATE TABLE IF NOT EXISTS units (
    code String, name String, parent String, kind LowCardinality(String), population UInt64, staff UInt64,
    declared Bool, updated DateTime64(6, 'UTC')
) ENGINE = ReplacingMergeTree(updated) ORDER BY code;

CREATE TABLE IF NOT EXISTS forms (
    id String, system String, title String, cycle LowCardinality(String), due_days Int32, basis String, approved Bool,
    per LowCardinality(String), prefilled Array(String), declared Bool, updated DateTime64(6, 'UTC')
) ENGINE = ReplacingMergeTree(updated) ORDER BY id;

-- Position is the field's place in the arrays of submissions; it never changes.
CREATE TABLE IF NOT EXISTS fields (
    form String, id String, position UInt16, label String, type LowCardinality(String), measure LowCardinality(String),
    unit_of LowCardinality(String), codes Map(String, String), role LowCardinality(String), target Float64, required Bool,
    declared Bool, updated DateTime64(6, 'UTC')
) ENGINE = ReplacingMergeTree(updated) ORDER BY (form, id);

-- Usage events. Position is the event's number in its source's stream, or the hash of its content where that is its identity.
CREATE TABLE IF NOT EXISTS usage_events (
    system LowCardinality(String),
    time DateTime('UTC') CODEC(DoubleDelta, ZSTD(1)),
    actor LowCardinality(UInt64),
    unit LowCardinality(String),
    action Enum8('login' = 1, 'view' = 2, 'create' = 3, 'update' = 4, 'submit' = 5, 'approve' = 6, 'export' = 7, 'download' = 8, 'api' = 9, 'heartbeat' = 10, 'other' = 11),
    traffic Enum8('business' = 1, 'static' = 2, 'health' = 3, 'bot' = 4, 'vendor' = 5),
    object LowCardinality(String),
    form LowCardinality(String),
    status UInt16 CODEC(ZSTD(1)),
    duration_ms UInt32 CODEC(T64, ZSTD(1)),
    client LowCardinality(String),
    source LowCardinality(String),
    position UInt64 CODEC(DoubleDelta, ZSTD(1)),
    batch UInt64 CODEC(DoubleDelta, ZSTD(1))
) ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(time)
ORDER BY (system, time, source, position);

-- What every page and verdict reads instead of single events.
CREATE TABLE IF NOT EXISTS usage_daily (
    system LowCardinality(String),
    day Date,
    source LowCardinality(String),
    action Enum8('login' = 1, 'view' = 2, 'create' = 3, 'update' = 4, 'submit' = 5, 'approve' = 6, 'export' = 7, 'download' = 8, 'api' = 9, 'heartbeat' = 10, 'other' = 11),
    traffic Enum8('business' = 1, 'static' = 2, 'health' = 3, 'bot' = 4, 'vendor' = 5),
    events SimpleAggregateFunction(sum, UInt64),
    failed SimpleAggregateFunction(sum, UInt64),
    actors AggregateFunction(uniq, UInt64),
    units AggregateFunction(uniq, String),
    last_time SimpleAggregateFunction(max, DateTime('UTC'))
) ENGINE = AggregatingMergeTree ORDER BY (system, day, source, action, traffic);

CREATE MATERIALIZED VIEW IF NOT EXISTS usage_daily_view TO usage_daily AS
SELECT system, toDate(time, 'Asia/Shanghai') AS day, source, action, traffic,
    count() AS events, countIf(status >= 400) AS failed,
    uniqState(toUInt64(actor)) AS actors, uniqState(toString(unit)) AS units, max(usage_events.time) AS last_time
FROM usage_events GROUP BY system, day, source, action, traffic;

-- A submission holds its values as arrays in the form's field order; a value is a number, or text beside a NaN.
CREATE TABLE IF NOT EXISTS submissions (
    form LowCardinality(String),
    unit LowCardinality(String),
    period_start Date CODEC(DoubleDelta, ZSTD(1)),
    period LowCardinality(String),
    record UInt32 CODEC(ZSTD(1)),
    submitted_at DateTime('UTC') CODEC(DoubleDelta, ZSTD(1)),
    started_at DateTime('UTC') CODEC(DoubleDelta, ZSTD(1)),
    reporter LowCardinality(UInt64),
    channel LowCardinality(String),
    subject UInt64 CODEC(ZSTD(1)),
    lat Float64 CODEC(ZSTD(1)),
    lon Float64 CODEC(ZSTD(1)),
    fields Array(LowCardinality(String)) CODEC(ZSTD(1)),
    numbers Array(Float64) CODEC(ZSTD(1)),
    texts Array(String) CODEC(ZSTD(1)),
    key UInt64 CODEC(ZSTD(1)),
    source LowCardinality(String),
    batch UInt64 CODEC(DoubleDelta, ZSTD(1))
) ENGINE = ReplacingMergeTree
PARTITION BY toYear(period_start)
ORDER BY (form, unit, period_start, record);

-- The way in: packed values unpack into arrays inside ClickHouse, many times faster than clickhouse-go appends arrays.
-- Layout holds the field names, numbers eight bytes a value, texts the text values (empty when there is none), joined by NUL.
CREATE TABLE IF NOT EXISTS submissions_packed (
    form LowCardinality(String), unit LowCardinality(String), period_start Date, period LowCardinality(String), record UInt32,
    submitted_at DateTime('UTC'), started_at DateTime('UTC'), reporter LowCardinality(UInt64), channel LowCardinality(String),
    subject UInt64, lat Float64, lon Float64, layout LowCardinality(String), packed_numbers String, packed_texts String,
    key UInt64, source LowCardinality(String), batch UInt64
) ENGINE = Null;

CREATE MATERIALIZED VIEW IF NOT EXISTS submissions_view TO submissions AS
SELECT form, unit, period_start, period, record, submitted_at, started_at, reporter, channel, subject, lat, lon,
    splitByChar('\0', toString(layout)) AS fields,
    reinterpret(packed_numbers, 'Array(Float64)') AS numbers,
    if(packed_texts = '', arrayResize(emptyArrayString(), length(fields), ''), splitByChar('\0', packed_texts)) AS texts,
    key, source, batch
FROM submissions_packed;

-- Keys of a batch on their way in, for finding out which of them are stored already.
CREATE TABLE IF NOT EXISTS incoming (
    batch UInt64, scope LowCardinality(String), unit LowCardinality(String), period_start Date, key UInt64
) ENGINE = Memory;

-- The same values, one row each, for tests of single fields.
CREATE TABLE IF NOT EXISTS answers (
    form LowCardinality(String),
    field LowCardinality(String),
    unit LowCardinality(String),
    period_start Date CODEC(DoubleDelta, ZSTD(1)),
    period LowCardinality(String),
    record UInt32 CODEC(ZSTD(1)),
    number Float64 CODEC(ZSTD(1)),
    text String CODEC(ZSTD(1)),
    batch UInt64 CODEC(DoubleDelta, ZSTD(1))
) ENGINE = ReplacingMergeTree
PARTITION BY toYear(period_start)
ORDER BY (form, field, unit, period_start, record);

CREATE MATERIALIZED VIEW IF NOT EXISTS answers_view TO answers AS
SELECT form, field, unit, period_start, period, record, number, text, batch
FROM submissions
ARRAY JOIN fields AS field, numbers AS number, texts AS text
WHERE NOT (isNaN(number) AND text = '');

-- Input that could not be stored, each piece once, with the reason.
CREATE TABLE IF NOT EXISTS quarantine (
    id UInt64, source LowCardinality(String), origin String, line UInt64, field String, kind LowCardinality(String),
    reason String, raw String CODEC(ZSTD(3)), status LowCardinality(String), seen DateTime('UTC'), batch UInt64,
    updated DateTime64(6, 'UTC')
) ENGINE = ReplacingMergeTree(updated) ORDER BY (source, id);

-- How far each source has read. An open batch is one whose rows may be stored in part: recovery removes them.
CREATE TABLE IF NOT EXISTS checkpoints (
    source String, checkpoint String, batch UInt64, open_batch UInt64, open_from Date, open_to Date,
    updated DateTime64(6, 'UTC')
) ENGINE = ReplacingMergeTree(updated) ORDER BY source;

-- One row a run of a source: health and coverage come from here.
CREATE TABLE IF NOT EXISTS runs (
    source String, kind LowCardinality(String), started DateTime64(3, 'UTC'), finished DateTime64(3, 'UTC'),
    status LowCardinality(String), stored UInt64, rejected UInt64, retries UInt32, error String
) ENGINE = MergeTree ORDER BY (source, started);

CREATE TABLE IF NOT EXISTS findings (
    id String, detector LowCardinality(String), version UInt16, family LowCardinality(String),
    systems Array(String), forms Array(String), fields Array(Tuple(String, String)), units Array(String), reporters Array(String),
    period_from Date, period_to Date, score Float64, p Nullable(Float64), q Nullable(Float64), effect Nullable(Float64),
    n UInt64, severity LowCardinality(String), status LowCardinality(String), reason String, evidence String CODEC(ZSTD(3)),
    explanations String, rule String, first_seen DateTime('UTC'), run UInt64, updated DateTime64(6, 'UTC')
) ENGINE = ReplacingMergeTree(updated) ORDER BY id;

CREATE TABLE IF NOT EXISTS verify_list (
    unit String, form String, period String, priority UInt32, families Array(String), findings Array(String),
    recommended Bool, run UInt64
) ENGINE = ReplacingMergeTree(run) ORDER BY (unit, form);

CREATE TABLE IF NOT EXISTS analyses (
    run UInt64, as_of Date, window_from Date, window_to Date, policy String, started DateTime64(3, 'UTC'),
    finished DateTime64(3, 'UTC'), findings UInt64, not_assessed UInt64
) ENGINE = MergeTree ORDER BY run;
