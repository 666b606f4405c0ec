-- The commonest answers to some fields.
SELECT toString(form) AS of, toString(field) AS name, number, text, count() AS n, uniqExact(unit) AS units,
    min(period_start) AS first, max(period_start) AS last
FROM answers
WHERE period_start BETWEEN {from:Date} AND {to:Date} AND form IN {forms:Array(String)} AND field IN {fields:Array(String)}
    AND (toString(form), toString(field)) IN (SELECT x.1, x.2 FROM (SELECT arrayJoin(arrayZip({forms:Array(String)}, {fields:Array(String)})) AS x))
GROUP BY form, field, number, text
ORDER BY of, name, n DESC, number, text
LIMIT {most:UInt64} BY of, name
