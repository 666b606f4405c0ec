-- Each unit's time against what the same submissions take on average.
SELECT toString(s.unit) AS unit, count() AS timed, sum(s.taken) / sum(f.seconds) AS pace
FROM (
    SELECT form, unit, toFloat64(submitted_at - started_at) AS taken
    FROM submissions
    WHERE submitted_at >= toDateTime({from:Date}, 'Asia/Shanghai') AND submitted_at < toDateTime({to:Date} + 1, 'Asia/Shanghai')
        AND started_at > toDateTime(0)
) AS s
INNER JOIN (SELECT toString(form) AS form, fence, seconds FROM burden_forms WHERE run = {run:UInt64} AND observed) AS f ON f.form = s.form
WHERE s.taken BETWEEN {least:Float64} AND f.fence
GROUP BY s.unit
ORDER BY unit
