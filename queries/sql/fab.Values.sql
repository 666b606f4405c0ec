-- How often every unit reports every number of some fields, in units of the field's last place (scale), and how often in the
-- later half of the days asked for. Meant for fields whose numbers are few, such as scores and rates.
WITH wanted AS (
    SELECT one.1 AS form, one.2 AS field, one.3 AS scale
    FROM (SELECT arrayJoin(arrayZip({forms:Array(String)}, {fields:Array(String)}, {scales:Array(Float64)})) AS one)
)
SELECT form, field, unit, v, count() AS n, countIf(start > {from:Date} + toUInt32(intDiv({to:Date} - {from:Date}, 2))) AS late
FROM (
    SELECT toString(a.form) AS form, toString(a.field) AS field, toString(a.unit) AS unit, a.period_start AS start,
        toInt64(round(a.number * w.scale)) AS v
    FROM answers AS a
    INNER JOIN wanted AS w ON w.form = a.form AND w.field = a.field
    WHERE (a.form, a.field) IN (SELECT form, field FROM wanted)
        AND a.period_start BETWEEN {from:Date} AND {to:Date} AND isFinite(a.number) AND abs(a.number) < 1e12
)
GROUP BY form, field, unit, v
ORDER BY form, field, unit, v
LIMIT {most:UInt64}
SETTINGS max_bytes_before_external_group_by = 1000000000
