-- Bounds come in milliseconds.
SELECT toString(v.form) AS form, count() AS timed, avg(v.taken) AS mean, stddevSamp(v.taken) AS deviation
FROM (SELECT form, taken FROM burden_visits WHERE run = {run:UInt64}) AS v
INNER JOIN (
    SELECT arrayJoin(arrayZip({forms:Array(String)}, {leasts:Array(UInt64)}, {fences:Array(UInt64)})) AS x, x.1 AS form, x.2 / 1000 AS least, x.3 / 1000 AS fence
) AS f ON f.form = v.form
WHERE v.taken BETWEEN f.least AND f.fence
GROUP BY v.form
ORDER BY form
