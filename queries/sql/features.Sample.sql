-- A sample of one form's submissions, drawn by hash so that every run draws the same: shares are the parts of a million that are
-- taken of each unit's. Numbers are handed over as eight bytes a value, texts joined by NUL.
SELECT toString(unit) AS place, cityHash64(fields) AS layout, reinterpret(numbers, 'String') AS packed,
    if(arrayExists(t -> t != '', texts), arrayStringConcat(texts, '\0'), '') AS words
FROM submissions
WHERE form = {form:String} AND period_start BETWEEN {from:Date} AND {to:Date}
    AND cityHash64(key, record) % 1000000 < transform(toString(unit), {units:Array(String)}, {shares:Array(UInt64)}, toUInt64(0))
ORDER BY place, period_start, submitted_at, record
