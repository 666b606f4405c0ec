-- Distinct people over each system's own span of days; daily and monthly actors give the stickiness.
WITH arrayJoin(arrayZip({systems:Array(String)}, {from:Array(Date)}, {to:Array(Date)})) AS span
SELECT system, uniqMerge(meaningful) AS active, uniqMerge(anyone) AS seen, uniqMerge(places) AS units,
    uniqMergeIf(meaningful, day > last - 30) AS monthly, sumIf(daily, day > last - 30) / 30 AS daily_mean
FROM (
    SELECT toString(u.system) AS system, u.day AS day, any(s.last) AS last,
        uniqMergeStateIf(u.actors, u.action IN ('view', 'create', 'update', 'submit', 'approve', 'export', 'download', 'api') AND u.events > u.failed) AS meaningful,
        uniqMergeIf(u.actors, u.action IN ('view', 'create', 'update', 'submit', 'approve', 'export', 'download', 'api') AND u.events > u.failed) AS daily,
        uniqMergeState(u.actors) AS anyone,
        uniqMergeStateIf(u.units, u.action IN ('view', 'create', 'update', 'submit', 'approve', 'export', 'download', 'api') AND u.events > u.failed) AS places
    FROM usage_daily AS u
    INNER JOIN (SELECT span.1 AS system, span.2 AS first, span.3 AS last) AS s ON s.system = u.system
    WHERE u.traffic = 'business' AND u.action != 'heartbeat' AND u.day >= arrayMin({from:Array(Date)}) AND u.day BETWEEN s.first AND s.last
    GROUP BY u.system, u.day
)
GROUP BY system
ORDER BY system
