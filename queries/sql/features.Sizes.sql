-- How many submissions every unit has for each form, within the days asked for, and over how many days their periods start.
SELECT toString(form) AS of, toString(unit) AS place, count() AS n, dateDiff('day', min(period_start), max(period_start)) AS days
FROM submissions
WHERE period_start BETWEEN {from:Date} AND {to:Date}
GROUP BY form, unit
ORDER BY of, place
