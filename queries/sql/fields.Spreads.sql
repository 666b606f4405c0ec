-- One pass over all answers, in the order in which they are stored.
SELECT toString(form) AS of, toString(field) AS name, count() AS filled, uniq(unit) AS units, uniqCombined(12)(number, text) AS different
FROM answers
WHERE period_start BETWEEN {from:Date} AND {to:Date}
GROUP BY form, field
ORDER BY form, field
SETTINGS optimize_aggregation_in_order = 1
