-- Records that an account entered one after the other at a desk: three or more handed in 10 seconds to 2 minutes apart, each begun
-- after the one before was handed in, at whole five minutes, or nobody knows when. A machine that uploads what was made without a
-- network is faster, and the times of beginning that it uploads lie apart.
SELECT place, who, sum(n) AS records, sum(rows) AS entered, countIf(rows > 0) AS sittings, max(rows) AS longest,
    uniqExact(toMonday(day)) AS weeks, uniqExact(toDayOfWeek(day)) AS weekdays, sum(known) AS located, sum(paper) AS desk, sum(unknown) AS unbegun, sum(after) AS late
FROM (
    SELECT place, who, day, count() AS n, countIf(seated AND ((g1 AND g2) OR (g1 AND h1) OR (h1 AND h2))) AS rows,
        countIf(fixed) AS known, countIf(desk) AS paper, countIf(begun = 0) AS unknown, countIf(begun > 0 AND ended - begun > 604800) AS after
    FROM (
        SELECT place, who, day, begun, ended, fixed, desk,
            ended - before.1 BETWEEN 10 AND 120 AS g1, before.1 - earlier BETWEEN 10 AND 120 AS g2,
            next - ended BETWEEN 10 AND 120 AS h1, later - next BETWEEN 10 AND 120 AS h2,
            begun = 0 OR begun % 300 = 0 OR begun >= before.1 - 5 OR NOT g1 AS seated
        FROM (
            SELECT place, who, begun, ended, fixed, desk, day, lagInFrame((ended, begun), 1) OVER w AS before, lagInFrame(ended, 2) OVER w AS earlier,
                leadInFrame(ended, 1) OVER w AS next, leadInFrame(ended, 2) OVER w AS later
            FROM (
                SELECT toString(unit) AS place, toUInt64(reporter) AS who, toInt64(toUnixTimestamp(submitted_at)) AS ended, toDate(submitted_at, 'Asia/Shanghai') AS day,
                    if(started_at <= submitted_at, toInt64(toUnixTimestamp(started_at)), 0) AS begun,
                    isFinite(lat) AND isFinite(lon) AND abs(lat) + abs(lon) > 0.02 AS fixed, channel IN ('web', 'import', 'api') AS desk
                FROM submissions
                WHERE form = {form:String} AND unit IN {units:Array(String)} AND reporter != 0 AND subject != 0
                    AND submitted_at >= toDateTime({from:Date}, 'Asia/Shanghai') AND submitted_at < toDateTime({to:Date} + 1, 'Asia/Shanghai')
            )
            WINDOW w AS (PARTITION BY place, who ORDER BY ended, begun ROWS BETWEEN 2 PRECEDING AND 2 FOLLOWING)
        )
    )
    GROUP BY place, who, day
)
GROUP BY place, who
ORDER BY place, who
