-- How texts of few different values are written in some fields, the commonest first.
SELECT toString(form) AS of, toString(field) AS name, text, count() AS times
FROM answers
WHERE (form, field) IN (SELECT arrayJoin(arrayZip({forms:Array(String)}, {fields:Array(String)})))
    AND period_start BETWEEN {start:Date} AND {to:Date} AND text != ''
GROUP BY form, field, text
ORDER BY of, name, times DESC, text
LIMIT 200 BY of, name
