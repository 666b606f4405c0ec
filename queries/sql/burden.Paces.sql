-- Each unit's time against what the same submissions take on average.
SELECT toString(unit) AS unit, count() AS timed, sum(taken) / sum(seconds) AS pace
FROM (
    SELECT s.unit AS unit, s.taken AS taken, f.seconds AS seconds
    FROM (
        SELECT form, unit, toFloat64(submitted_at - started_at) AS taken
        FROM submissions
        WHERE submitted_at >= toDateTime({from:Date}, 'Asia/Shanghai') AND submitted_at < toDateTime({to:Date} + 1, 'Asia/Shanghai')
            AND started_at > toDateTime(0) AND (form, unit) NOT IN (SELECT form, unit FROM burden_skewed WHERE run = {run:UInt64})
    ) AS s
    INNER JOIN (
        SELECT toString(form) AS form, least, fence, seconds FROM burden_forms WHERE run = {run:UInt64} AND method = 'observed'
    ) AS f ON f.form = s.form
    WHERE s.taken BETWEEN f.least AND f.fence
    UNION ALL
    SELECT v.unit AS unit, v.taken / g.bias AS taken, g.seconds AS seconds
    FROM (SELECT form, unit, taken FROM burden_visits WHERE run = {run:UInt64} AND unit != '') AS v
    INNER JOIN (
        SELECT toString(form) AS form, least, fence, seconds, bias FROM burden_forms WHERE run = {run:UInt64} AND method = 'logs'
    ) AS g ON g.form = v.form
    WHERE v.taken BETWEEN g.least AND g.fence
)
GROUP BY unit
ORDER BY unit
