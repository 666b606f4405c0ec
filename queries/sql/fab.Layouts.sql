-- The orders of fields in which submissions of a form were stored: a form that grew has several.
SELECT cityHash64(fields) AS layout, any(arrayMap(f -> toString(f), fields)) AS names
FROM submissions
WHERE form = {form:String} AND period_start BETWEEN {from:Date} - 400 AND {to:Date}
    AND (period_start >= {from:Date} OR toDate(submitted_at, 'Asia/Shanghai') BETWEEN {from:Date} AND {to:Date})
GROUP BY layout
