-- The orders of fields of every form, and how much was handed in with each.
SELECT toString(form) AS of, any(arrayMap(f -> toString(f), fields)) AS names, count() AS submissions, countIf(channel = 'api') AS machine,
    uniqExact(unit) AS units, uniqExact(period_start) AS periods, min(period_start) AS first, max(period_start) AS last
FROM submissions
WHERE period_start BETWEEN {from:Date} AND {to:Date}
GROUP BY of, cityHash64(fields)
ORDER BY of, first, last
