-- When people were first and last seen in each system, and how many days the source that shows it had been read before: a system
-- that appears with its source may be as old as anything.
SELECT system, min(begins) AS first, max(ends) AS last, toUInt64(min(begins - source_begins)) AS lead
FROM (
    SELECT system, source, begins, ends, min(begins) OVER (PARTITION BY source) AS source_begins
    FROM (
        SELECT toString(system) AS system, toString(source) AS source, min(day) AS begins, max(day) AS ends
        FROM usage_daily
        WHERE traffic = 'business' AND action != 'heartbeat' AND day <= {to:Date}
        GROUP BY system, source
    )
)
GROUP BY system
ORDER BY system
