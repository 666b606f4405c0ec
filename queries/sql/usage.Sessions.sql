-- Sessions of one person are cut at 30 minutes without an event. An event is a log-in (1), a landing page (2), a business
-- action (3), a page of points, check-ins or rankings (4), or anything else that a person does (5).
WITH arrayJoin(arrayZip({systems:Array(String)}, {from:Array(Date)}, {to:Array(Date)})) AS span
SELECT system,
    sum(length(sessions)) AS session_count,
    sum(arrayCount(s -> s.1 = 0, sessions)) AS empty,
    sum(arrayCount(s -> s.1 = 0 AND s.2 > 0, sessions)) AS login_only,
    sum(arrayCount(s -> s.3 <= 1, sessions)) AS one_endpoint,
    sum(arrayCount(s -> s.4 > 0, sessions)) AS points,
    sum(arraySum(s -> s.1, sessions)) AS deep,
    count() AS people,
    countIf(arrayExists(s -> s.1 > 0, sessions)) AS deep_people,
    sum(arrayCount(s -> toDayOfWeek(toDateTime(s.5, 'Asia/Shanghai')) >= 6, sessions)) AS weekend,
    sumForEach(arrayMap(h -> toUInt64(arrayCount(s -> toHour(toDateTime(s.5, 'Asia/Shanghai')) = h, sessions)), range(24))) AS hours
FROM (
    SELECT system, actor,
        arrayMap(one -> (
            arrayCount(e -> e.2 = 3, one), arrayCount(e -> e.2 = 1, one),
            length(arrayDistinct(arrayMap(e -> e.3, arrayFilter(e -> e.2 != 1, one)))),
            arrayCount(e -> e.2 = 4, one), one[1].1
        ), arraySplit((e, gap) -> gap > 1800, events, arrayDifference(arrayMap(e -> toInt64(e.1), events)))) AS sessions
    FROM (
        SELECT toString(u.system) AS system, u.actor AS actor,
            arraySort(groupArray((toUInt32(u.time),
                multiIf(u.action = 'login', 1, match(u.object, {points:String}), 4,
                    u.action = 'view' AND u.form = '' AND match(u.object, {landing:String}), 2,
                    u.action != 'other' AND u.status < 400, 3, 5),
                toUInt32(cityHash64(u.object))))) AS events
        FROM usage_events AS u
        INNER JOIN (SELECT span.1 AS system, span.2 AS first, span.3 AS last) AS s ON s.system = u.system
        WHERE u.traffic = 'business' AND u.action != 'heartbeat' AND u.actor != 0
            AND u.system IN {systems:Array(String)}
            AND u.time >= toDateTime(arrayMin({from:Array(Date)}), 'Asia/Shanghai')
            AND toDate(u.time, 'Asia/Shanghai') BETWEEN s.first AND s.last
        GROUP BY u.system, u.actor
    )
)
GROUP BY system
ORDER BY system
SETTINGS max_bytes_before_external_group_by = 1000000000
