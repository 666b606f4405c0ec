-- Reads and writes by form and person, then by form. Who approves or calls an interface reads for the asking side, whoever it is;
-- who looks or exports does so only if nothing was handed in by the same person.
SELECT system, form, sum(seen) AS views, uniqIf(actor, actor != 0 AND looked > 0 AND NOT author) AS readers,
    sum(handled) + sumIf(looked, actor != 0 AND NOT author) AS read, sumIf(looked, actor = 0) AS unknown,
    toDate(maxIf(last_read, handled > 0 OR actor != 0 AND NOT author), 'Asia/Shanghai') AS read_last,
    uniqIf(actor, actor != 0 AND wrote > 0) AS writers, sum(wrote) AS written, toDate(max(last_write), 'Asia/Shanghai') AS write_last
FROM (
    SELECT system, form, actor, seen, looked, handled, wrote, last_read, last_write,
        wrote > 0 OR (form, actor) IN (
            SELECT DISTINCT toString(form), toUInt64(reporter) FROM submissions
            WHERE reporter != 0 AND submitted_at >= toDateTime({from:Date}, 'Asia/Shanghai')
        ) AS author
    FROM (
        SELECT toString(system) AS system, toString(if(form != '', toString(form), transform(toString(object), {objects:Array(String)}, {forms:Array(String)}, ''))) AS form,
            toUInt64(actor) AS actor, countIf(action = 'view') AS seen, countIf(action IN ('view', 'export', 'download')) AS looked,
            countIf(action IN ('approve', 'api')) AS handled, countIf(action IN ('create', 'update', 'submit')) AS wrote,
            maxIf(time, action IN ('view', 'export', 'download', 'approve', 'api')) AS last_read,
            maxIf(time, action IN ('create', 'update', 'submit')) AS last_write
        FROM usage_events
        WHERE time >= toDateTime({from:Date}, 'Asia/Shanghai') AND time < toDateTime({to:Date} + 1, 'Asia/Shanghai')
            AND system IN {systems:Array(String)} AND traffic = 'business' AND status < 400
            AND action IN ('view', 'create', 'update', 'submit', 'approve', 'export', 'download', 'api')
        GROUP BY system, form, actor
    )
)
GROUP BY system, form
ORDER BY system, form
SETTINGS max_bytes_before_external_group_by = 1000000000
