-- A sample of each form's submissions: all of some persons where submissions are about persons, else all of some units
-- (of some periods where units are few), so that what belongs together stays together and any two forms share their sample. Persons are known by the field that
-- identifies them, or by the subject. Numbers are handed over as eight bytes a value, texts joined by NUL, which a client
-- reads many times faster than arrays.
WITH forms AS (
    SELECT form, countIf(subject != 0) * 2 > count() AS about,
        toUInt8(greatest(0, ceil(log2(count() / {most:Float64})))) AS shift, uniq(unit) < bitShiftLeft(toUInt64(8), shift) AS few
    FROM submissions
    WHERE period_start BETWEEN {start:Date} AND {to:Date} AND form IN {only:Array(String)}
    GROUP BY form
),
    if(i.field = '', '', s.texts[indexOf(s.fields, i.field)]) AS identifier,
    if(identifier = '', 0, cityHash64(identifier)) AS known
SELECT toString(s.form) AS of, toString(s.unit) AS place, s.period_start AS day, s.subject AS subject, toUInt64(known) AS person,
    s.submitted_at AS sent, toUInt64(s.reporter) AS filer, cityHash64(s.fields) AS layout, reinterpret(s.numbers, 'String') AS packed,
    if(arrayExists(t -> t != '', s.texts), arrayStringConcat(s.texts, '\0'), '') AS words
FROM submissions AS s
INNER JOIN forms AS f ON f.form = s.form
LEFT JOIN (
    SELECT arrayJoin(arrayZip({forms:Array(String)}, {identifiers:Array(String)})) AS x, x.1 AS form, x.2 AS field
) AS i ON i.form = s.form
WHERE s.period_start BETWEEN {start:Date} AND {to:Date} AND s.form IN {only:Array(String)} AND (f.shift = 0
    OR bitAnd(cityHash64(multiIf(known != 0, toString(known), f.about, toString(s.subject), f.few, concat(s.unit, toString(s.period_start)), toString(s.unit))), bitShiftLeft(toUInt64(1), f.shift) - 1) = 0)
ORDER BY s.form, s.unit, s.period_start, s.record, s.key
LIMIT {most:UInt64} * 4 BY s.form
