-- A submission with a plausible time counts with it; any other with its form's time at its unit's pace. What usage logs show of a
-- unit's work on a form in a month stands for as many of its submissions. What one system hands another over its interface takes
-- nobody's time, and an import as much as one submission and a moment a record.
INSERT INTO burden_monthly (run, form, unit, month, recent, submissions, timed, observed, logged, filled, estimated)
WITH least(v.visits, c.open) AS shown, if(v.visits = 0, 0, v.hours * shown / v.visits) AS active
SELECT {run:UInt64} AS run, c.form AS form, c.unit AS unit, c.month AS month, c.recent AS recent, c.sent AS submissions,
    c.timed + shown AS timed, c.observed + active AS observed, active AS logged,
    if(c.method = 'estimated', 0, c.hours * (c.open - shown) + c.imported) AS filled,
    if(c.method = 'estimated', c.hours * (c.open - shown) + c.imported, 0) AS estimated
FROM (
    WITH NOT s.machine AND b.sent > 0 AS import,
        NOT import AND s.known AND f.method = 'observed' AND s.taken BETWEEN f.least AND f.fence AS watched
    SELECT s.form AS form, s.unit AS unit, toStartOfMonth(s.submitted_at, 'Asia/Shanghai') AS month,
        toDate(s.submitted_at, 'Asia/Shanghai') >= {recent:Date} AS recent, any(f.method) AS method,
        any(f.seconds * if(u.pace = 0, 1, u.pace)) / 3600 AS hours,
        count() AS sent, countIf(watched) AS timed, sumIf(s.taken, watched) / 3600 AS observed,
        countIf(NOT watched AND NOT s.machine AND NOT import) AS open,
        sumIf(least(f.seconds, {moment:Float64} + f.seconds / b.sent), import) / 3600 AS imported
    FROM (
        SELECT form, unit, submitted_at, toUInt64(reporter) AS who, toStartOfMinute(submitted_at) AS minute,
            toFloat64(submitted_at - started_at) AS taken, channel = 'api' AS machine,
            started_at > toDateTime(0) AND (form, unit) NOT IN (SELECT form, unit FROM burden_skewed WHERE run = {run:UInt64}) AS known
        FROM submissions
        WHERE submitted_at >= toDateTime({from:Date}, 'Asia/Shanghai') AND submitted_at < toDateTime({to:Date} + 1, 'Asia/Shanghai')
    ) AS s
    INNER JOIN (SELECT form, least, fence, seconds, method FROM burden_forms WHERE run = {run:UInt64}) AS f ON f.form = s.form
    LEFT JOIN (SELECT unit, pace FROM burden_units WHERE run = {run:UInt64}) AS u ON u.unit = s.unit
    LEFT JOIN (SELECT form, reporter, minute, sent FROM burden_batches WHERE run = {run:UInt64}) AS b
        ON b.form = s.form AND b.reporter = s.who AND b.minute = s.minute
    GROUP BY form, unit, month, recent
) AS c
LEFT JOIN (
    SELECT w.form AS form, w.unit AS unit, toStartOfMonth(w.day) AS month, w.day >= {recent:Date} AS recent, count() AS visits,
        sum(w.taken / g.bias) / 3600 AS hours
    FROM (SELECT form, unit, day, taken FROM burden_visits WHERE run = {run:UInt64} AND unit != '') AS w
    INNER JOIN (SELECT form, least, fence, bias FROM burden_forms WHERE run = {run:UInt64} AND method = 'logs') AS g ON g.form = w.form
    WHERE w.taken BETWEEN g.least AND g.fence
    GROUP BY form, unit, month, recent
) AS v ON v.form = c.form AND v.unit = c.unit AND v.month = c.month AND v.recent = c.recent
