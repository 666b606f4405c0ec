-- What submissions of a form take, in seconds, in the year before a day and since: times within the form's fence only.
WITH s.day >= l.effective AS since
SELECT l.form AS form, l.effective AS effective, countIf(NOT since) AS timed_before, avgIf(s.taken, NOT since) AS before, stddevSampIf(s.taken, NOT since) AS deviation_before,
    countIf(since) AS timed, avgIf(s.taken, since) AS after, stddevSampIf(s.taken, since) AS deviation
FROM (
    SELECT toString(form) AS form, toDate(submitted_at, 'Asia/Shanghai') AS day, toFloat64(submitted_at - started_at) AS taken
    FROM submissions
    WHERE form IN {forms:Array(String)} AND submitted_at < toDateTime({to:Date} + 1, 'Asia/Shanghai') AND started_at > toDateTime(0)
) AS s
INNER JOIN (
    SELECT DISTINCT arrayJoin(arrayZip({forms:Array(String)}, {days:Array(String)})) AS x, x.1 AS form, toDate(x.2) AS effective
) AS l ON l.form = s.form
INNER JOIN (
    SELECT toString(form) AS form, fence FROM burden_forms WHERE run = (SELECT max(run) FROM burden_forms) AND observed
) AS f ON f.form = s.form
WHERE s.day >= l.effective - 365 AND s.taken BETWEEN {least:Float64} AND f.fence
GROUP BY form, effective
ORDER BY form, effective
