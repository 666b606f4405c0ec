-- One row a unit and period of one form: the newest revision, and how many submissions there were. Numbers are handed over
-- as eight bytes a value, which a client reads many times faster than an array.
SELECT toString(unit) AS unit, period_start, toString(argMax(period, (submitted_at, record))) AS name, uniqExact(record) AS records,
    argMax(submitted_at, (submitted_at, record)) AS newest, argMax(started_at, (submitted_at, record)) AS opened,
    toUInt64(argMax(reporter, (submitted_at, record))) AS filer, toString(argMax(channel, (submitted_at, record))) AS way,
    argMax(cityHash64(fields), (submitted_at, record)) AS layout,
    reinterpret(argMax(numbers, (submitted_at, record)), 'String') AS packed
FROM submissions
WHERE form = {form:String} AND period_start BETWEEN {from:Date} - 400 AND {to:Date}
    AND (period_start >= {from:Date} OR toDate(submitted_at, 'Asia/Shanghai') BETWEEN {from:Date} AND {to:Date})
GROUP BY unit, period_start
ORDER BY unit, period_start
