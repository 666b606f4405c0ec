-- Meaningful actions are business reads, writes, approvals and exports that succeeded; the rest is told apart by class.
SELECT toString(system) AS system, day,
    sumIf(toUInt64(events - failed), traffic = 'business' AND action IN ('view', 'create', 'update', 'submit', 'approve', 'export', 'download', 'api')) AS meaningful,
    sumIf(toUInt64(events - failed), traffic = 'business' AND action IN ('create', 'update', 'submit')) AS writes,
    sumIf(toUInt64(events - failed), traffic = 'business' AND action IN ('approve', 'export', 'download', 'api')) AS handled,
    sumIf(events, traffic = 'business' AND action = 'login') AS logins,
    sumIf(events, traffic = 'business' AND action = 'other') AS others,
    sumIf(events, traffic = 'business' AND action != 'heartbeat') AS business,
    sumIf(toUInt64(events - failed), traffic = 'business' AND action = 'api') AS pulls,
    sumIf(events, traffic = 'health' OR traffic = 'business' AND action = 'heartbeat') AS monitors,
    sumIf(events, traffic IN ('static', 'health', 'bot') OR traffic = 'business' AND action = 'heartbeat') AS machines,
    sumIf(events, traffic = 'vendor') AS vendor
FROM usage_daily
WHERE day BETWEEN {from:Date} AND {to:Date}
GROUP BY system, day
ORDER BY system, day
