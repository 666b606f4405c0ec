-- The pages that people used, each system over its own days.
WITH arrayJoin(arrayZip({systems:Array(String)}, {from:Array(Date)}, {to:Array(Date)})) AS span
SELECT toString(u.system) AS system, toString(u.object) AS page, count() AS events
FROM (
    SELECT system, object, toDate(time, 'Asia/Shanghai') AS day
    FROM usage_events
    WHERE traffic = 'business' AND action != 'heartbeat' AND status < 400 AND object != '' AND system IN {systems:Array(String)}
        AND time >= toDateTime(arrayMin({from:Array(Date)}), 'Asia/Shanghai')
) AS u
INNER JOIN (SELECT span.1 AS system, span.2 AS first, span.3 AS last) AS s ON s.system = u.system
WHERE u.day BETWEEN s.first AND s.last
GROUP BY system, page
ORDER BY system, page
