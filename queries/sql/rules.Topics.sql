-- Who used the pages of a topic, and under the empty topic all pages; each system over its own days.
WITH arrayJoin(arrayZip({systems:Array(String)}, {from:Array(Date)}, {to:Array(Date)})) AS span,
    arrayJoin(arrayZip({page_systems:Array(String)}, {pages:Array(String)}, {topics:Array(String)})) AS known
SELECT system, topic, count() AS events, uniqExactIf(actor, actor != 0) AS people, uniqExactIf(unit, unit != '') AS places,
    uniqExact(day) AS used, countIf(low) AS low_events, uniqExactIf(actor, low AND actor != 0) AS low_people
FROM (
    SELECT toString(u.system) AS system, u.day AS day, u.actor AS actor, u.unit AS unit, u.unit IN {below:Array(String)} AS low,
        arrayJoin(arrayPushFront(p.topics, '')) AS topic
    FROM (
        SELECT system, toString(object) AS page, toDate(time, 'Asia/Shanghai') AS day, toUInt64(actor) AS actor, toString(unit) AS unit
        FROM usage_events
        WHERE traffic = 'business' AND action != 'heartbeat' AND status < 400 AND NOT (actor = 0 AND action = 'other')
            AND system IN {systems:Array(String)} AND time >= toDateTime(arrayMin({from:Array(Date)}), 'Asia/Shanghai')
    ) AS u
    INNER JOIN (SELECT span.1 AS system, span.2 AS first, span.3 AS last) AS s ON s.system = u.system
    LEFT JOIN (
        SELECT known.1 AS system, known.2 AS page, groupArray(known.3) AS topics GROUP BY system, page
    ) AS p ON p.system = u.system AND p.page = u.page
    WHERE u.day BETWEEN s.first AND s.last
)
GROUP BY system, topic
ORDER BY system, topic
