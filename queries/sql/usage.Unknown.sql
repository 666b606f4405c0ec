-- The share of people's events that do not tell who acted: reach and sessions need it small.
WITH arrayJoin(arrayZip({systems:Array(String)}, {from:Array(Date)}, {to:Array(Date)})) AS span
SELECT toString(u.system) AS system, countIf(u.actor = 0) / count() AS unknown
FROM usage_events AS u
INNER JOIN (SELECT span.1 AS system, span.2 AS first, span.3 AS last) AS s ON s.system = u.system
WHERE u.traffic = 'business' AND u.action NOT IN ('heartbeat', 'other') AND u.system IN {systems:Array(String)}
    AND u.time >= toDateTime(arrayMin({from:Array(Date)}), 'Asia/Shanghai') AND toDate(u.time, 'Asia/Shanghai') BETWEEN s.first AND s.last
GROUP BY u.system
ORDER BY system
