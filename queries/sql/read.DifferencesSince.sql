-- From which day on the newest submissions of two forms are no more than can be compared while a reader waits; the newest
-- period in any case.
SELECT min(day)
FROM (
    SELECT period_start AS day, sum(count()) OVER (ORDER BY period_start DESC) AS total, max(period_start) OVER () AS newest
    FROM submissions
    WHERE form IN ({form_a:String}, {form_b:String}) AND period_start >= {since:Date}
    GROUP BY period_start
)
WHERE total <= {most:UInt64} OR day = newest
