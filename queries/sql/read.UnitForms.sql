-- The forms that one unit handed in for periods that start within some days.
SELECT toString(form) AS form, count() AS sent, uniqExact(period_start) AS periods, max(submitted_at) AS last
FROM submissions
WHERE unit = {unit:String} AND period_start BETWEEN {from:Date} AND {to:Date}
GROUP BY form
ORDER BY form
