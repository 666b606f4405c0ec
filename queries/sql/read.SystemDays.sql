-- The days of one system on which anything was logged: meaningful actions are those of usage.Days.sql.
SELECT day,
    toUInt64(sumIf(events - failed, traffic = 'business' AND action IN ('view', 'create', 'update', 'submit', 'approve', 'export', 'download', 'api'))) AS meaningful,
    toUInt64(sum(events)) AS logged
FROM usage_daily
WHERE system = {system:String} AND day BETWEEN {from:Date} AND {to:Date}
GROUP BY day
ORDER BY day
