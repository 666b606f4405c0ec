-- Who took data out of a system: units and staff by exports and downloads, machines by interfaces.
SELECT toString(system) AS of, kind, id, uniqIf(actor, actor != 0) AS people, count() AS events, toDate(max(time), 'Asia/Shanghai') AS last
FROM (
    SELECT system, time, actor, multiIf(action = 'api', 'machine', unit != '', 'unit', 'staff') AS kind,
        multiIf(action = 'api', toString(client), unit != '', toString(unit), '') AS id
    FROM usage_events
    WHERE time >= toDateTime({from:Date}, 'Asia/Shanghai') AND time < toDateTime({to:Date} + 1, 'Asia/Shanghai')
        AND system IN {systems:Array(String)} AND traffic = 'business' AND action IN ('export', 'download', 'api') AND status < 400
)
GROUP BY system, kind, id
ORDER BY of, kind, events DESC, id
LIMIT {most:UInt64} BY of, kind
