-- Where the people went who left a system: those who worked in it in the half year before its fall and not in its last 60 days,
-- by the system in which they work now and began to within the quarter before the fall and the two months after it. The row without another
-- system counts all who left.
WITH arrayJoin(arrayZip({systems:Array(String)}, {fell:Array(Date)}, {last:Array(Date)})) AS asked
SELECT left_system, other_system, uniqExact(who) AS people
FROM (
    SELECT l.system AS left_system, l.who AS who, l.fell AS fell,
        arrayJoin(arrayConcat([''], groupUniqArrayIf(u.system, u.system != '' AND u.system != l.system AND u.first_seen BETWEEN l.fell - 91 AND l.fell + 60 AND u.last_seen > l.last - 60))) AS other_system
    FROM (
        SELECT toString(e.system) AS system, toUInt64(e.actor) AS who, any(s.fell) AS fell, any(s.last) AS last
        FROM usage_events AS e
        INNER JOIN (SELECT asked.1 AS system, asked.2 AS fell, asked.3 AS last) AS s ON s.system = e.system
        WHERE e.system IN {systems:Array(String)} AND e.time >= toDateTime({since:Date}, 'Asia/Shanghai')
            AND e.traffic = 'business' AND e.action NOT IN ('login', 'heartbeat', 'other') AND e.status < 400 AND e.actor != 0
        GROUP BY e.system, e.actor
        HAVING countIf(toDate(e.time, 'Asia/Shanghai') BETWEEN s.fell - 182 AND s.fell) > 0 AND max(toDate(e.time, 'Asia/Shanghai')) <= any(s.last) - 60
    ) AS l
    LEFT JOIN (
        SELECT toString(system) AS system, toUInt64(actor) AS actor, toDate(min(time), 'Asia/Shanghai') AS first_seen, toDate(max(time), 'Asia/Shanghai') AS last_seen
        FROM usage_events
        WHERE time >= toDateTime({since:Date}, 'Asia/Shanghai') AND traffic = 'business' AND action NOT IN ('login', 'heartbeat', 'other') AND status < 400
            AND actor IN (
                SELECT DISTINCT actor FROM usage_events WHERE system IN {systems:Array(String)} AND time >= toDateTime({since:Date}, 'Asia/Shanghai') AND actor != 0
            )
        GROUP BY system, actor
    ) AS u ON u.actor = l.who
    GROUP BY l.system, l.who, l.fell
)
GROUP BY left_system, other_system
ORDER BY left_system, people DESC, other_system
