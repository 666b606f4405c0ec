-- How many records a form of persons, households or visits holds of every unit, and the sums of some of its numbers, by
-- month, quarter, week, day or year of the period that they are for. Numbers that a record lacks are left out of the sums.
SELECT toString(unit) AS unit,
    multiIf({grain:String} = 'day', period_start, {grain:String} = 'week', toMonday(period_start), {grain:String} = 'month', toStartOfMonth(period_start),
        {grain:String} = 'quarter', toStartOfQuarter(period_start), toStartOfYear(period_start)) AS start,
    uniqExact(period_start, record) AS records,
    sumForEach(arrayMap(f -> if(indexOf(fields, f) > 0 AND isFinite(numbers[indexOf(fields, f)]), numbers[indexOf(fields, f)], 0), {fields:Array(String)})) AS sums
FROM submissions
WHERE form = {form:String} AND period_start BETWEEN {from:Date} AND {to:Date}
GROUP BY unit, start
ORDER BY unit, start
SETTINGS max_bytes_before_external_group_by = 1000000000
