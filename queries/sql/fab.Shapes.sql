-- What the submissions of each form look like: one a unit and period, or many.
SELECT form, sum(records) AS submissions, count() AS pairs, uniqExact(unit) AS units, uniqExact(period_start) AS periods,
    sum(subjects) AS about
FROM (
    SELECT toString(form) AS form, toString(unit) AS unit, period_start, uniqExact(record) AS records, countIf(subject != 0) AS subjects
    FROM submissions
    WHERE period_start BETWEEN {from:Date} - 400 AND {to:Date}
    AND (period_start >= {from:Date} OR toDate(submitted_at, 'Asia/Shanghai') BETWEEN {from:Date} AND {to:Date})
    GROUP BY form, unit, period_start
)
GROUP BY form
ORDER BY form
