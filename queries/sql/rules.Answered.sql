-- How many submissions answer each of some fields.
SELECT toString(form) AS form, toString(field) AS field, count() AS answered, uniq(number, text) AS variety
FROM answers
WHERE form IN {forms:Array(String)} AND (form, field) IN (SELECT arrayJoin(arrayZip({forms:Array(String)}, {fields:Array(String)})))
    AND period_start BETWEEN {from:Date} AND {to:Date}
GROUP BY form, field
ORDER BY form, field
