-- Of what days the newest hours speak, what an hour is worth, and the doubts that later sums take again.
CREATE TABLE IF NOT EXISTS burden_runs (
    run UInt64, first Date, recent Date, last Date, tariff Float64, noise Float64, unpaced Float64
) ENGINE = MergeTree PARTITION BY run ORDER BY run;
