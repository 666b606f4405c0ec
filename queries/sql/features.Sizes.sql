-- How many submissions every unit has for each form, within the days asked for.
SELECT toString(form) AS of, toString(unit) AS place, count() AS n
FROM submissions
WHERE period_start BETWEEN {from:Date} AND {to:Date}
GROUP BY form, unit
ORDER BY of, place
