-- Records of one form, a bounded number of every unit: whole runs of records that were handed in one after the other, from
-- periods chosen by hash, so that a surveyor's neighbouring records stand together. Answers are hashes in the order of the
-- fields asked for, eight bytes each, 0 for none. The narrow key columns decide which rows are read.
WITH picked AS (
    SELECT unit, period_start
    FROM (
        SELECT unit, period_start,
            sum(least(n, {run:UInt64})) OVER (PARTITION BY unit ORDER BY cityHash64(unit, period_start), period_start ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) - least(n, {run:UInt64}) AS before
        FROM (
            SELECT toString(unit) AS unit, period_start, count() AS n
            FROM submissions
            WHERE form = {form:String} AND period_start BETWEEN {from:Date} AND {to:Date}
            GROUP BY unit, period_start
        )
    )
    WHERE before < {most:UInt64}
)
SELECT toString(unit) AS place, period_start, toString(period) AS name, submitted_at, toUInt64(reporter) AS filer, subject, toString(channel) AS way,
    reinterpret(arrayMap(f -> (indexOf(fields, f) AS i) = 0 OR isNaN(numbers[i]) AND texts[i] = '' ? toUInt64(0) : cityHash64(texts[i], numbers[i]), {fields:Array(String)}), 'String') AS answers
FROM submissions
WHERE form = {form:String} AND period_start BETWEEN {from:Date} AND {to:Date} AND (toString(unit), period_start) IN (SELECT unit, period_start FROM picked)
ORDER BY place, period_start, submitted_at, record
LIMIT {run:UInt64} BY place, period_start
