-- Who reads what is handed in, form by form: people who wrote nothing into the system, and those that nobody knows, such as
-- machines that call an interface. A page that belongs to no form shows no answers unless it hands them over.
SELECT toString(system) AS system, toString(form) AS form, sum(written) AS writes, sumIf(looks, actor != 0 AND NOT writer) AS by_others,
    sumIf(looks, actor = 0) AS by_unknown
FROM (
    SELECT system, form, actor, written, looks, sum(written) OVER (PARTITION BY system, actor) > 0 AS writer
    FROM (
        SELECT system, form, toUInt64(actor) AS actor, countIf(action IN ('create', 'update', 'submit')) AS written,
            countIf(action IN ('export', 'download', 'api', 'approve') OR action = 'view' AND form != '') AS looks
        FROM usage_events
        WHERE system IN {systems:Array(String)} AND traffic = 'business' AND status < 400
            AND time >= toDateTime({from:Date}, 'Asia/Shanghai') AND time < toDateTime({to:Date} + 1, 'Asia/Shanghai')
        GROUP BY system, form, actor
    )
)
GROUP BY system, form
ORDER BY system, form
