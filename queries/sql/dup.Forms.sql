-- What the submissions of each form look like. Delay counts from the start of the period, so it compares forms of one cycle.
SELECT toString(form) AS form, count() AS sent, uniqExact(toString(unit)) AS places, countIf(subject != 0) AS about,
    uniqIf(subject, subject != 0) AS persons, uniq(unit, period_start) AS pairs, toString(anyHeavy(period)) AS usual,
    countIf(submitted_at >= toDateTime({from:Date}, 'Asia/Shanghai')) AS recent,
    quantile(0.5)(toFloat64(submitted_at) - toFloat64(toUInt32(period_start)) * 86400) / 86400 AS delay
FROM submissions
WHERE period_start BETWEEN {start:Date} AND {to:Date}
GROUP BY form
ORDER BY form
