-- What each source delivered of each form, and until when the source delivered anything.
SELECT d.form, d.source, d.n, d.in_span, d.periods, d.units, d.machine, d.first, d.last, d.first_in, s.sent, r.finished
FROM (
    SELECT toString(form) AS form, toString(source) AS source, count() AS n, countIf(submitted_at >= toDateTime({from:Date}, 'Asia/Shanghai')) AS in_span,
        uniqExact(period_start) AS periods, uniqExact(unit) AS units, countIf(channel = 'api') AS machine,
        toDate(min(submitted_at), 'Asia/Shanghai') AS first, toDate(max(submitted_at), 'Asia/Shanghai') AS last,
        toDate(minIf(submitted_at, submitted_at >= toDateTime({from:Date}, 'Asia/Shanghai')), 'Asia/Shanghai') AS first_in
    FROM submissions
    WHERE submitted_at < toDateTime({to:Date} + 1, 'Asia/Shanghai')
    GROUP BY form, source
) AS d
INNER JOIN (
    SELECT toString(source) AS source, toDate(max(submitted_at), 'Asia/Shanghai') AS sent
    FROM submissions WHERE submitted_at < toDateTime({to:Date} + 1, 'Asia/Shanghai') GROUP BY source
) AS s ON s.source = d.source
LEFT JOIN (
    SELECT source, toDate(max(finished), 'Asia/Shanghai') AS finished FROM runs WHERE status = 'ok' GROUP BY source
) AS r ON r.source = d.source
ORDER BY d.form, d.source
