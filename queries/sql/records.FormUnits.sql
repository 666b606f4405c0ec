-- How many units hand in each form. Only key columns are read.
SELECT toString(form) AS name, uniqExact(unit) AS units
FROM submissions
WHERE period_start BETWEEN {from:Date} AND {to:Date}
GROUP BY name
ORDER BY name
