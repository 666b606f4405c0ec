-- The path templates of every system.
SELECT toString(system) AS of, arraySort(groupUniqArray(toString(object))) AS objects
FROM (
    SELECT DISTINCT system, object FROM usage_events
    WHERE time >= toDateTime({from:Date}, 'Asia/Shanghai') AND time < toDateTime({to:Date} + 1, 'Asia/Shanghai')
        AND form = '' AND object != '' AND traffic = 'business'
)
GROUP BY system
ORDER BY of
