-- What kinds of events people leave, counted from the events: entries are log-ins, landing pages, pages of points and
-- check-ins and whatever is no business; deep ones are business actions that succeeded. What nobody did and is no business
-- is the noise of machines.
WITH arrayJoin(arrayZip({systems:Array(String)}, {from:Array(Date)}, {to:Array(Date)})) AS span
SELECT toString(u.system) AS system, count() AS events, countIf(u.actor = 0) AS unknown,
    countIf(entry) AS entries, countIf(NOT entry AND u.status < 400) AS deep
FROM (
    SELECT system, toDate(time, 'Asia/Shanghai') AS day, actor, status,
        action IN ('login', 'other') OR match(object, {points:String}) OR action = 'view' AND form = '' AND match(object, {landing:String}) AS entry
    FROM usage_events
    WHERE traffic = 'business' AND action != 'heartbeat' AND NOT (actor = 0 AND action = 'other') AND system IN {systems:Array(String)}
        AND time >= toDateTime(arrayMin({from:Array(Date)}), 'Asia/Shanghai')
) AS u
INNER JOIN (SELECT span.1 AS system, span.2 AS first, span.3 AS last) AS s ON s.system = u.system
WHERE u.day BETWEEN s.first AND s.last
GROUP BY u.system
ORDER BY system
