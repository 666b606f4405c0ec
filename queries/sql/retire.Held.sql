-- What is held of every form, and who handed it in within a year.
SELECT toString(form) AS form, count() AS submissions,
    uniqIf(unit, submitted_at >= toDateTime({to:Date} - 365, 'Asia/Shanghai')) AS units,
    min(period_start) AS first, max(period_start) AS last, toDate(max(submitted_at), 'Asia/Shanghai') AS sent
FROM submissions
WHERE submitted_at < toDateTime({to:Date} + 1, 'Asia/Shanghai')
GROUP BY form
ORDER BY form
