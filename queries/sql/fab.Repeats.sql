-- What the number-bunching test needs of the numbers of some fields, by unit or (pooled) of all units together: numbers in
-- units of the last place (scale) are split into head and tail before the last two digits; over values, heads and tails of
-- size m the sums of m(m-1) and of m(m-1)². A value that so many units report, and so many more than report its neighbours,
-- is a fee or a standard and is left out.
WITH
    wanted AS (
        SELECT one.1 AS form, one.2 AS field, one.3 AS scale
        FROM (SELECT arrayJoin(arrayZip({forms:Array(String)}, {fields:Array(String)}, {scales:Array(Float64)})) AS one)
    ),
    counts AS (
        SELECT form, field, unit, v, count() AS c
        FROM (
            SELECT toString(a.form) AS form, toString(a.field) AS field, toString(a.unit) AS unit, toUInt64(round(a.number * w.scale)) AS v
            FROM answers AS a
            INNER JOIN wanted AS w ON w.form = a.form AND w.field = a.field
            WHERE (a.form, a.field) IN (SELECT form, field FROM wanted)
                AND a.period_start BETWEEN {from:Date} AND {to:Date} AND a.number > 0 AND a.number < 1e12
        )
        GROUP BY form, field, unit, v
    ),
    standards AS (
        SELECT form, field, v
        FROM (
            SELECT form, field, v, reporting, sum(reporting) OVER (PARTITION BY form, field, intDiv(v, 100)) / 100 AS usual
            FROM (SELECT form, field, v, uniqExact(unit) AS reporting FROM counts GROUP BY form, field, v)
        )
        WHERE reporting >= {standard:Float64} AND reporting >= 3 * usual + 2
    )
SELECT form, field, whose, sumIf(m, kind = 'v') AS n, uniqIf(place, kind = 'v') AS distinct_numbers,
    sumIf(toFloat64(m) * (m - 1), kind = 'v') AS pairs,
    sumIf(toFloat64(m) * (m - 1), kind = 'h') AS heads, sumIf(toFloat64(m) * (m - 1) * (m - 1), kind = 'h') AS heads3,
    sumIf(toFloat64(m) * (m - 1), kind = 't') AS tails, sumIf(toFloat64(m) * (m - 1) * (m - 1), kind = 't') AS tails3,
    sumIf(m, kind = 'h' AND place >= 5) AS of_size
FROM (
    SELECT form, field, if({pooled:UInt8} = 1, '', unit) AS whose, part.1 AS kind, part.2 AS place, sum(c) AS m
    FROM counts
    ARRAY JOIN [('v', v), ('h', intDiv(v, 100)), ('t', v % 100)] AS part
    WHERE (form, field, v) NOT IN (SELECT form, field, v FROM standards)
    GROUP BY form, field, whose, kind, place
)
GROUP BY form, field, whose
ORDER BY form, field, whose
SETTINGS max_bytes_before_external_group_by = 1000000000
