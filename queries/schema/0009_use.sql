-- How people use systems, counted once from the usage events and kept: two caches. Print says of what a row was made (the rows
-- of usage_daily of that system and day, and the version of the statement that counted); a row with another print is counted
-- again. Losing a table costs one full counting and nothing else.

-- One row a system and local day: for every page (path template, action, with or without a form) what was done, what failed,
-- how much of both does not tell who acted, and the people and units that succeeded.
CREATE TABLE IF NOT EXISTS use_days (
    system LowCardinality(String), day Date, print UInt64, made DateTime64(6, 'UTC'),
    objects Array(LowCardinality(String)), actions Array(LowCardinality(String)), formed Array(Bool),
    done Array(UInt64) CODEC(T64, ZSTD(1)), failed Array(UInt64) CODEC(T64, ZSTD(1)), unknown Array(UInt64) CODEC(T64, ZSTD(1)),
    people Array(AggregateFunction(uniq, UInt64)), units Array(AggregateFunction(uniq, String))
) ENGINE = ReplacingMergeTree(made) PARTITION BY toYYYYMM(day) ORDER BY (system, day);

-- One row a system and local day of the days judged closely: the visits of known people. Rules is the hash of what the pages of
-- the system were taken for; learning from the row's own measures may change that.
CREATE TABLE IF NOT EXISTS use_visits (
    system LowCardinality(String), day Date, print UInt64, rules UInt64, made DateTime64(6, 'UTC'),
    visits UInt64, empty UInt64, login_only UInt64, one_endpoint UInt64, points UInt64, deep UInt64, hours Array(UInt32),
    people AggregateFunction(uniq, UInt64), deep_people AggregateFunction(uniq, UInt64),
    person_days UInt64, night_days UInt64, entered UInt64,
    first_pages Tuple(Array(UInt64), Array(UInt64)), often Tuple(Array(UInt64), Array(UInt64)), polled Tuple(Array(UInt64), Array(UInt64))
) ENGINE = ReplacingMergeTree(made) PARTITION BY toYYYYMM(day) ORDER BY (system, day);

-- Pages that are not taken for what their action says, as of one run.
CREATE TABLE IF NOT EXISTS use_roles (
    run UInt64, system LowCardinality(String), object String, action LowCardinality(String), formed Bool, role UInt8
) ENGINE = MergeTree PARTITION BY run ORDER BY (system, object, action, formed);

-- What a run has to count again.
CREATE TABLE IF NOT EXISTS use_due (run UInt64, system LowCardinality(String), day Date, print UInt64, rules UInt64) ENGINE = Memory;
