-- Who reads what was submitted: successful reads by people who themselves submitted nothing in the span, and by all.
SELECT toString(system) AS system, countIf(writes > 0) AS writers, sum(writes) AS written, sum(reads) AS read,
    sumIf(reads, writes = 0) AS read_by_others, sumIf(writes + reads, actor = 0) AS unknown
FROM (
    SELECT system, toUInt64(actor) AS actor, countIf(action IN ('create', 'update', 'submit')) AS writes,
        countIf(action IN ('view', 'export', 'download', 'api', 'approve')) AS reads
    FROM usage_events
    WHERE system IN {systems:Array(String)}
        AND time >= toDateTime({from:Date}, 'Asia/Shanghai') AND time < toDateTime({to:Date} + 1, 'Asia/Shanghai')
        AND traffic = 'business' AND status < 400
    GROUP BY system, actor
)
GROUP BY system
ORDER BY system
