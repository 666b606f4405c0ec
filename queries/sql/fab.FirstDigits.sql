-- First two digits of the positive numbers of some fields, pooled over units and periods. By mode: all numbers, those that
-- do not repeat the unit's number before (changes), or the newest of every unit (newest). Units fall into twenty groups,
-- from whose differences a reader learns how much the numbers of one unit are alike. The tiny addend keeps decimal digits
-- exact where the binary number lies just below: 0.29 begins with 29.
WITH wanted AS (
    SELECT one.1 AS form, one.2 AS field, one.3 AS mode, one.4 AS low, one.5 AS high
    FROM (SELECT arrayJoin(arrayZip({forms:Array(String)}, {fields:Array(String)}, {modes:Array(String)}, {lows:Array(Float64)}, {highs:Array(Float64)})) AS one)
)
SELECT form, field, toUInt8(cityHash64(unit) % 20) AS part, count() AS n, countIf(number = low) AS at_low, countIf(number = high) AS at_high,
    toFloat64(quantileTDigest(0.5)(number)) AS median,
    sumForEach(arrayMap(d -> toUInt64(d = digits), range(10, 100))) AS counts
FROM (
    SELECT toString(a.form) AS form, toString(a.field) AS field, toString(a.unit) AS unit, a.number AS number, w.mode AS mode, w.low AS low, w.high AS high,
        least(99, greatest(10, toInt32(floor(number / exp10(floor(log10(number) + 1e-12)) * 10 + 1e-7)))) AS digits,
        a.period_start AS start,
        max(a.period_start) OVER (PARTITION BY a.form, a.field, a.unit) AS newest,
        lagInFrame(a.number, 1, nan) OVER (PARTITION BY a.form, a.field, a.unit ORDER BY a.period_start, a.record ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS before
    FROM answers AS a
    INNER JOIN wanted AS w ON w.form = a.form AND w.field = a.field
    WHERE (a.form, a.field) IN (SELECT form, field FROM wanted)
        AND a.period_start BETWEEN {from:Date} AND {to:Date} AND a.number > 0 AND isFinite(a.number)
)
WHERE mode = 'all' OR mode = 'changes' AND number != before OR mode = 'newest' AND start = newest
GROUP BY form, field, part
ORDER BY form, field, part
SETTINGS max_bytes_before_external_sort = 1000000000, max_bytes_before_external_group_by = 1000000000
