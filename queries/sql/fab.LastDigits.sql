-- The last two digits of the numbers of some fields, by unit: of each field in units of its last place (scale), numbers of
-- fewer than two digits left out. Late is how many of them lie in the later half of the days asked for, distinct how many
-- different numbers there are: no number has two endings, so that sums of it are exact.
WITH wanted AS (
    SELECT one.1 AS form, one.2 AS field, one.3 AS scale
    FROM (SELECT arrayJoin(arrayZip({forms:Array(String)}, {fields:Array(String)}, {scales:Array(Float64)})) AS one)
)
SELECT form, field, unit, toUInt8(v % 100) AS ending, count() AS n, countIf(start > {from:Date} + toUInt32(intDiv({to:Date} - {from:Date}, 2))) AS late,
    countIf(v >= {large:Float64}) AS of_size, uniqExact(v) AS distinct_numbers, sum(toFloat64(v)) AS total, min(start) AS first, max(start) AS last
FROM (
    SELECT toString(a.form) AS form, toString(a.field) AS field, toString(a.unit) AS unit, a.period_start AS start,
        toUInt64(round(abs(a.number) * w.scale)) AS v
    FROM answers AS a
    INNER JOIN wanted AS w ON w.form = a.form AND w.field = a.field
    WHERE (a.form, a.field) IN (SELECT form, field FROM wanted)
        AND a.period_start BETWEEN {from:Date} AND {to:Date} AND isFinite(a.number) AND abs(a.number) < 1e12
)
WHERE v >= 10
GROUP BY form, field, unit, ending
ORDER BY form, unit, field, ending
SETTINGS max_bytes_before_external_group_by = 1000000000
