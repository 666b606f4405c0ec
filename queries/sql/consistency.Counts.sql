-- How many records a form of persons, households or visits holds of every unit, and the sums of some of its numbers, by
-- month, quarter, week, day or year of the period that they are for. Numbers that a record lacks are left out of the sums.
SELECT place AS unit,
    multiIf({grain:String} = 'day', day, {grain:String} = 'week', toMonday(day), {grain:String} = 'month', toStartOfMonth(day),
        {grain:String} = 'quarter', toStartOfQuarter(day), toStartOfYear(day)) AS start,
    sum(n) AS records, sumForEach(part) AS sums
FROM (
    SELECT toString(unit) AS place, period_start AS day, uniqExact(record) AS n, arrayMap(f -> toFloat64(0), {fields:Array(String)}) AS part
    FROM submissions
    WHERE form = {form:String} AND period_start BETWEEN {from:Date} AND {to:Date}
    GROUP BY unit, period_start
    UNION ALL
    SELECT place, day, toUInt64(0) AS n, arrayMap(f -> if(f = name, total, toFloat64(0)), {fields:Array(String)}) AS part
    FROM (
        SELECT toString(unit) AS place, toString(field) AS name, period_start AS day, sum(number) AS total
        FROM answers
        WHERE form = {form:String} AND field IN {fields:Array(String)} AND period_start BETWEEN {from:Date} AND {to:Date} AND isFinite(number)
        GROUP BY unit, field, period_start
    )
)
GROUP BY unit, start
ORDER BY unit, start
SETTINGS max_bytes_before_external_group_by = 1000000000
