-- What systems showed after a day each: people's actions and log-ins that succeeded, and machines.
SELECT system, toUInt64(sum(meaningful)) AS actions, toUInt64(sum(written)) AS writes, toUInt64(sum(entered)) AS logins, toUInt64(sum(machine)) AS machines,
    countIf(meaningful + entered > 0) AS days, countIf(written > 0) AS write_days,
    maxIf(day, meaningful + entered > 0) AS last_day, maxIf(day, written > 0) AS last_write
FROM (
    SELECT toString(u.system) AS system, u.day AS day,
        sumIf(toInt64(u.events - u.failed), u.traffic = 'business' AND u.action IN ('view', 'create', 'update', 'submit', 'approve', 'export', 'download', 'api')) AS meaningful,
        sumIf(toInt64(u.events - u.failed), u.traffic = 'business' AND u.action IN ('create', 'update', 'submit')) AS written,
        sumIf(toInt64(u.events - u.failed), u.traffic = 'business' AND u.action = 'login') AS entered,
        sumIf(toInt64(u.events), u.traffic IN ('static', 'health', 'bot', 'vendor') OR u.action = 'heartbeat') AS machine
    FROM usage_daily AS u
    INNER JOIN (
        SELECT DISTINCT arrayJoin(arrayZip({systems:Array(String)}, {after:Array(Date)})) AS x, x.1 AS system, x.2 AS after
    ) AS s ON s.system = u.system
    WHERE u.day > arrayMin({after:Array(Date)}) AND u.day > s.after
    GROUP BY u.system, u.day
)
GROUP BY system
ORDER BY system
