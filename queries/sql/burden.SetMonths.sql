-- A submission with a plausible time counts with it; any other with its form's time at its unit's pace. What one system hands
-- another over its interface takes nobody's time.
INSERT INTO burden_monthly
WITH s.started_at > toDateTime(0) AND f.observed AND s.taken BETWEEN {least:Float64} AND f.fence AS watched,
    if(s.machine, 0, f.seconds * if(u.pace = 0, 1, u.pace) / 3600) AS hours
SELECT {run:UInt64} AS run, s.form AS form, s.unit AS unit, toStartOfMonth(s.submitted_at, 'Asia/Shanghai') AS month,
    toDate(s.submitted_at, 'Asia/Shanghai') >= {recent:Date} AS recent,
    count() AS submissions, countIf(watched) AS timed, sumIf(s.taken, watched) / 3600 AS observed,
    sumIf(hours, NOT watched AND f.observed) AS filled, sumIf(hours, NOT f.observed) AS estimated
FROM (
    SELECT form, unit, submitted_at, started_at, toFloat64(submitted_at - started_at) AS taken, channel = 'api' AS machine
    FROM submissions
    WHERE submitted_at >= toDateTime({from:Date}, 'Asia/Shanghai') AND submitted_at < toDateTime({to:Date} + 1, 'Asia/Shanghai')
) AS s
INNER JOIN (SELECT form, fence, seconds, observed FROM burden_forms WHERE run = {run:UInt64}) AS f ON f.form = s.form
LEFT JOIN (SELECT unit, pace FROM burden_units WHERE run = {run:UInt64}) AS u ON u.unit = s.unit
GROUP BY form, unit, month, recent
