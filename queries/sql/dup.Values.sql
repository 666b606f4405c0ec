-- The distinct answers of every field with how often each was given, one row a field. Of a field with many, only those whose
-- hash ends in shift zero bits are read: the same values in every field, so that fields can be compared. Numbers and counts
-- are handed over as eight bytes each, texts joined by NUL.
WITH fields AS (
    SELECT form, field, count() AS filled,
        toUInt8(greatest(0, ceil(log2(uniqCombined(number, text) / {most:Float64})))) AS shift
    FROM answers
    WHERE period_start BETWEEN {start:Date} AND {to:Date} AND form IN {forms:Array(String)}
    GROUP BY form, field
)
SELECT of, name, any(answered) AS filled, any(sampled) AS shift, reinterpret(groupArray(value), 'String') AS numbers,
    reinterpret(groupArray(times), 'String') AS counts, if(max(words) = '', '', arrayStringConcat(groupArray(words), '\0')) AS texts
FROM (
    SELECT toString(a.form) AS of, toString(a.field) AS name, any(f.filled) AS answered, any(f.shift) AS sampled,
        a.number AS value, a.text AS words, count() AS times
    FROM answers AS a
    INNER JOIN fields AS f ON f.form = a.form AND f.field = a.field
    WHERE a.period_start BETWEEN {start:Date} AND {to:Date} AND a.form IN {forms:Array(String)} AND (f.shift = 0
        OR bitAnd(xxh3(if(a.text = '', toString(a.number), lowerUTF8(normalizeUTF8NFKC(a.text)))), bitShiftLeft(toUInt64(1), f.shift) - 1) = 0)
    GROUP BY a.form, a.field, a.number, a.text
)
GROUP BY of, name
ORDER BY of, name
