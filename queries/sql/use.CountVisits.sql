-- Visits of one person are cut at 30 minutes without an event, and at midnight. An event is a log-in (1), a landing page (2), a
-- business action (3), a page of points, check-ins or rankings (4), anything else that a person does (5), or what a page does by
-- itself (6), which makes no visit.
-- First pages are those asked for next within ten minutes of a log-in. Often counts the requests of a person for a page on days
-- with at least 20 of them, polled those of such days on which four of five times between two requests are within a tenth, or
-- two seconds, of their median, which is five seconds at least. Pages go by the hash of their path.
INSERT INTO use_visits
SELECT d.system, d.day, d.print, d.rules, now64(6), c.visits, c.empty, c.login_only, c.one_endpoint, c.points, c.deep,
    c.hours, c.people, c.deep_people, c.person_days, c.night_days, c.entered, c.first_pages, c.often, c.polled
FROM (SELECT system, day, print, rules FROM use_due WHERE run = {run:UInt64} AND day BETWEEN {first:Date} AND {last:Date}) AS d
LEFT JOIN (
    SELECT system, day,
        sum(length(cut)) AS visits,
        sum(arrayCount(v -> v.1 = 0, cut)) AS empty,
        sum(arrayCount(v -> v.1 = 0 AND v.2 > 0, cut)) AS login_only,
        sum(arrayCount(v -> v.3 <= 1, cut)) AS one_endpoint,
        sum(arrayCount(v -> v.4 > 0, cut)) AS points,
        sum(arraySum(v -> v.1, cut)) AS deep,
        sumForEach(arrayMap(h -> toUInt32(arrayCount(v -> toHour(toDateTime(v.5, 'Asia/Shanghai')) = h, cut)), range(24))) AS hours,
        uniqStateIf(toUInt64(actor), notEmpty(deeds)) AS people,
        uniqStateIf(toUInt64(actor), arrayExists(v -> v.1 > 0, cut)) AS deep_people,
        count() AS person_days, countIf(at_night) AS night_days,
        sum(length(firsts)) AS entered,
        sumMap(firsts, arrayMap(p -> toUInt64(1), firsts)) AS first_pages,
        sumMap(arrayMap(p -> p.1, polls), arrayMap(p -> p.2, polls)) AS often,
        sumMap(arrayMap(p -> p.1, polls), arrayMap(p -> p.3, polls)) AS polled
    FROM (
        SELECT system, day, actor, arrayExists(e -> toHour(toDateTime(e.1, 'Asia/Shanghai')) BETWEEN 1 AND 3, events) AS at_night,
            arrayFilter(e -> e.2 != 6, events) AS deeds,
            arrayMap(one -> (
                arrayCount(e -> e.2 = 3, one), arrayCount(e -> e.2 = 1, one),
                length(arrayDistinct(arrayMap(e -> e.3, arrayFilter(e -> e.2 != 1, one)))),
                arrayCount(e -> e.2 = 4, one), one[1].1
            ), arraySplit((e, gap) -> gap > 1800, deeds, arrayDifference(arrayMap(e -> toInt64(e.1), deeds)))) AS cut,
            arrayMap(p -> p.2.3, arrayFilter(p -> p.1.2 = 1 AND p.2.2 != 1 AND p.2.1 - p.1.1 <= 600, arrayZip(arrayPopBack(events), arrayPopFront(events)))) AS firsts,
            arrayMap(p -> (p.1, toUInt64(length(p.2) + 1), toUInt64(if(p.2[intDiv(length(p.2) + 1, 2)] >= 5
                AND 5 * arrayCount(g -> abs(g - p.2[intDiv(length(p.2) + 1, 2)]) <= greatest(2, 0.1 * p.2[intDiv(length(p.2) + 1, 2)]), p.2) >= 4 * length(p.2), length(p.2) + 1, 0))),
                arrayMap(o -> (o, arraySort(arrayPopFront(arrayDifference(arrayMap(e -> toInt64(e.1), arrayFilter(e -> e.3 = o, events)))))),
                    if(length(events) < 20, [], arrayFilter(o -> countEqual(arrayMap(e -> e.3, events), o) >= 20, arrayDistinct(arrayMap(e -> e.3, events)))))) AS polls
        FROM (
            SELECT u.system AS system, u.day AS day, u.actor AS actor,
                arraySort(groupArray((u.at,
                    multiIf(r.role = 5, 6, u.action = 'login', 1, r.role = 4, 4, r.role = 2, 2, (r.role = 3 OR u.action != 'other') AND u.status < 400, 3, 5),
                    u.page))) AS events
            FROM (
                SELECT system, toDate(time, 'Asia/Shanghai') AS day, actor, toUInt32(time) AS at, toString(action) AS action, cityHash64(toString(object)) AS page, object, form != '' AS formed, status
                FROM usage_events
                WHERE time >= toDateTime({first:Date}, 'Asia/Shanghai') AND time < toDateTime({last:Date} + 1, 'Asia/Shanghai')
                    AND traffic = 'business' AND action != 'heartbeat' AND actor != 0
                    ) AS u
            LEFT JOIN (SELECT system, object, action, formed, role FROM use_roles WHERE run = {run:UInt64}) AS r
                ON r.system = u.system AND r.object = u.object AND r.action = u.action AND r.formed = u.formed
            GROUP BY u.system, u.day, u.actor
        )
    )
    GROUP BY system, day
) AS c ON c.system = d.system AND c.day = d.day
SETTINGS max_bytes_before_external_group_by = 1000000000
