-- The newest data, the last analysis and its window. An empty table gives the first second of 1970.
SELECT greatest((SELECT max(last_time) FROM usage_daily), (SELECT max(submitted_at) FROM submissions)),
    (SELECT max(finished) FROM analyses), (SELECT argMax(window_from, run) FROM analyses), (SELECT argMax(window_to, run) FROM analyses)
