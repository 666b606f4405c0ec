-- The orders of fields in which submissions were stored.
SELECT cityHash64(fields) AS layout, any(arrayMap(f -> toString(f), fields)) AS names
FROM submissions
WHERE period_start BETWEEN {start:Date} AND {to:Date} AND form IN {only:Array(String)}
GROUP BY layout
