-- How many people began to work in each system when, of one in so many people; all of them are in the row without a system.
SELECT system, began, people
FROM (
    SELECT toString(system) AS system, toStartOfWeek(first_seen, 1) AS began, count() AS people
    FROM (
        SELECT system, actor, toDate(min(time), 'Asia/Shanghai') AS first_seen
        FROM usage_events
        WHERE time >= toDateTime({since:Date}, 'Asia/Shanghai') AND traffic = 'business' AND action NOT IN ('login', 'heartbeat', 'other') AND status < 400
            AND actor != 0 AND cityHash64(toUInt64(actor)) % {sample:UInt64} = 0
        GROUP BY system, actor
        HAVING max(toDate(time, 'Asia/Shanghai')) > {to:Date} - 60
    )
    GROUP BY system, began
    UNION ALL
    SELECT '' AS system, toDate(0) AS began, uniqExact(actor) AS people
    FROM usage_events
    WHERE time >= toDateTime({to:Date} - 60, 'Asia/Shanghai') AND traffic = 'business' AND action NOT IN ('login', 'heartbeat', 'other') AND status < 400
        AND actor != 0 AND cityHash64(toUInt64(actor)) % {sample:UInt64} = 0
)
ORDER BY system, began
