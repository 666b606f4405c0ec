-- The newest data and the last analysis. An empty table gives the first second of 1970.
SELECT greatest((SELECT max(last_time) FROM usage_daily), (SELECT max(submitted_at) FROM submissions)), (SELECT max(finished) FROM analyses)
