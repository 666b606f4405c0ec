-- The newest visits of one unit, in the order in which they were begun or, where that is unknown, handed in.
SELECT who, household, way, begun, ended, y, x
FROM (
    SELECT toUInt64(reporter) AS who, subject AS household, toString(channel) AS way, started_at AS begun, submitted_at AS ended, lat AS y, lon AS x
    FROM submissions
    WHERE form = {form:String} AND unit = {unit:String} AND subject != 0
        AND submitted_at >= toDateTime({from:Date}, 'Asia/Shanghai') AND submitted_at < toDateTime({to:Date} + 1, 'Asia/Shanghai')
    ORDER BY submitted_at DESC, record
    LIMIT {most:UInt64}
)
ORDER BY who, if(begun > toDateTime(0), begun, ended), ended
