-- What the records of a unit and period add up to: their number (field ''), the sum of a field, or how many give a value. Of
-- forms with many units, the same units are read in every form: those whose hash ends in zero bits.
WITH wanted AS (SELECT x.1 AS form, x.2 AS field, x.3 AS by_value FROM (SELECT arrayJoin(arrayZip({forms:Array(String)}, {fields:Array(String)}, {by_value:Array(UInt64)})) AS x)),
    shifts AS (
        SELECT form, toUInt8(greatest(0, ceil(log2(uniq(unit, period_start) / {most:Float64})))) AS shift
        FROM submissions
        WHERE form IN (SELECT form FROM wanted) AND period_start BETWEEN {start:Date} AND {to:Date}
        GROUP BY form
    )
SELECT toString(s.form) AS of, '' AS name, toString(s.unit) AS place, s.period_start AS day, '' AS value, toFloat64(count()) AS figure, toUInt8(0) AS digits
FROM submissions AS s
INNER JOIN shifts AS f ON f.form = s.form
WHERE s.form IN (SELECT form FROM wanted) AND s.period_start BETWEEN {start:Date} AND {to:Date} AND bitAnd(cityHash64(toString(s.unit)), bitShiftLeft(toUInt64(1), f.shift) - 1) = 0
GROUP BY s.form, s.unit, s.period_start
UNION ALL
SELECT toString(a.form) AS of, toString(a.field) AS name, toString(a.unit) AS place, a.period_start AS day,
    if(w.by_value = 1, if(a.text = '', toString(a.number), a.text), '') AS value,
    if(any(w.by_value) = 1, toFloat64(count()), sum(if(isNaN(a.number), 0, a.number))) AS figure,
    toUInt8(if(any(w.by_value) = 1, 0, max(length(extract(toString(a.number), '\\.(\\d+)$'))))) AS digits
FROM answers AS a
INNER JOIN shifts AS f ON f.form = a.form
INNER JOIN wanted AS w ON w.form = a.form AND w.field = a.field
WHERE a.form IN (SELECT form FROM wanted) AND (a.form, a.field) IN (SELECT form, field FROM wanted)
    AND a.period_start BETWEEN {start:Date} AND {to:Date} AND bitAnd(cityHash64(toString(a.unit)), bitShiftLeft(toUInt64(1), f.shift) - 1) = 0
GROUP BY a.form, a.field, a.unit, a.period_start, value
ORDER BY of, name, value, place, day
