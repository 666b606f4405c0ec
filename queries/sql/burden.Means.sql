-- Bounds come in milliseconds.
SELECT toString(s.form) AS form, count() AS timed, avg(s.taken) AS mean, stddevSamp(s.taken) AS deviation
FROM (
    SELECT form, toFloat64(submitted_at - started_at) AS taken
    FROM submissions
    WHERE submitted_at >= toDateTime({from:Date}, 'Asia/Shanghai') AND submitted_at < toDateTime({to:Date} + 1, 'Asia/Shanghai')
        AND started_at > toDateTime(0) AND (form, unit) NOT IN (SELECT form, unit FROM burden_skewed WHERE run = {run:UInt64})
) AS s
INNER JOIN (
    SELECT arrayJoin(arrayZip({forms:Array(String)}, {leasts:Array(UInt64)}, {fences:Array(UInt64)})) AS x, x.1 AS form, x.2 / 1000 AS least, x.3 / 1000 AS fence
) AS f ON f.form = s.form
WHERE s.taken BETWEEN f.least AND f.fence
GROUP BY s.form
ORDER BY form
