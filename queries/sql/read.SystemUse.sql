-- Use of each system: meaningful actions are those of usage.Days.sql.
SELECT toString(system) AS system,
    toUInt64(sumIf(events - failed, meaningful AND day > {to:Date} - 90)) AS recent,
    uniqMergeIf(actors, meaningful AND events > failed AND day > {to:Date} - 90) AS people,
    min(day) AS first, maxIf(last_time, meaningful AND events > failed) AS last_use, max(last_time) AS last_event
FROM (
    SELECT *, traffic = 'business' AND action IN ('view', 'create', 'update', 'submit', 'approve', 'export', 'download', 'api') AS meaningful
    FROM usage_daily
)
GROUP BY system
