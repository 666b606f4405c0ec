-- What each source brought of some forms before, what of any form since, and how often it ran well since.
SELECT toString(s.source) AS source, s.before AS before, s.since AS since, r.good AS good
FROM (
    SELECT source,
        countIf(form IN {forms:Array(String)} AND submitted_at < toDateTime({before_to:Date} + INTERVAL 1 MONTH, 'Asia/Shanghai')) AS before,
        countIf(submitted_at >= toDateTime({after_from:Date}, 'Asia/Shanghai')) AS since
    FROM submissions
    WHERE submitted_at >= toDateTime({before_from:Date}, 'Asia/Shanghai') AND submitted_at < toDateTime({after_to:Date} + INTERVAL 1 MONTH, 'Asia/Shanghai')
    GROUP BY source
) AS s
LEFT JOIN (
    SELECT source, count() AS good FROM runs WHERE status = 'ok' AND started >= toDateTime({after_from:Date}, 'Asia/Shanghai') GROUP BY source
) AS r ON r.source = s.source
WHERE s.before > 0
ORDER BY source
