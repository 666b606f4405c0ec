-- How the visits of every account follow one another, in the order in which they were begun. Uploads after working offline say
-- nothing: only times of beginning are compared, and the time of handing in only where it is no upload of several at once.
-- Runs are three or more visits, each begun at most so many seconds after the one before; quick ones took at most so many.
SELECT place, who, sum(n) AS visits, count() AS days, max(n) AS most, quantileExact(0.5)(n) AS usual,
    sumForEach(runs) AS run, sumForEach(short) AS quick, countIf(runs[{at:UInt8}] > 0) AS sittings,
    uniqExactIf(toMonday(day), runs[{at:UInt8}] > 0) AS weeks_sat, uniqExact(toMonday(day)) AS weeks, uniqExact(toDayOfWeek(day)) AS weekdays, max(runs[{at:UInt8}]) AS longest,
    sum(uploads) AS uploaded, sum(overlapping) AS overlaps, sum(jumps) AS fast, sum(shuttles) AS shuttled, sum(even) AS regular,
    sum(fives) AS rounds, sum(whole) AS minutes, sum(dark) AS night, sumForEach(waits) AS late, sum(paper) AS desk, sum(placed) AS located, sumIf(n, n > {crowd:UInt64}) AS crowded
FROM (
    SELECT place, who, day, count() AS n,
        sumForEach(arrayMap(b -> toUInt64((g1 <= b AND g2 <= b) OR (g1 <= b AND h1 <= b) OR (h1 <= b AND h2 <= b)), {bounds:Array(Int64)})) AS runs,
        sumForEach(arrayMap(b -> toUInt64(taken <= b AND NOT together), {bounds:Array(Int64)})) AS short,
        countIf(together) AS uploads,
        countIf(household != lagged.2 AND lagged.3 > begun + 60 AND lagged.3 - lagged.1 < 14400 AND NOT together AND ended - lagged.3 > 60) AS overlapping,
        countIf(jump) AS jumps,
        countIf(jump AND known AND before.6 AND begun - before.1 <= 86400
            AND greatCircleDistance(before.5, before.4, lon, lat) <= {margin:Float64} + {speed:Float64} * (begun - before.1 + {clock:Float64})) AS shuttles,
        countIf(g1 BETWEEN 30 AND 3600 AND abs(g1 - g2) <= 1) AS even,
        countIf(begun % 300 = 0) AS fives, countIf(begun % 60 = 0) AS whole, countIf(hour >= 22 OR hour < 5) AS dark,
        sumForEach(arrayMap(b -> toUInt64(taken > 86400 * b), {lags:Array(Int64)})) AS waits,
        countIf(desk) AS paper, countIf(known) AS placed
    FROM (
        SELECT place, who, household, begun, ended, taken, lat, lon, known, desk, lagged, before, toDate(started_at, 'Asia/Shanghai') AS day, toHour(started_at, 'Asia/Shanghai') AS hour,
            if(lagged.1 = 0 OR lagged.2 = household, 1000000000, begun - lagged.1) AS g1, if(before.1 = 0, 1000000000, lagged.1 - before.1) AS g2,
            if(next = 0, 1000000000, next - begun) AS h1, if(after = 0, 1000000000, after - next) AS h2,
            lagged.1 > 0 AND abs(ended - lagged.3) < 30 AND g1 > 60 + 2 * abs(ended - lagged.3)
                OR next > 0 AND abs(out - ended) < 30 AND h1 > 60 + 2 * abs(out - ended) AS together,
            known AND lagged.6 AND lagged.1 > 0 AND g1 <= 86400
                AND greatCircleDistance(lagged.5, lagged.4, lon, lat) > {margin:Float64} + {speed:Float64} * (g1 + {clock:Float64}) AS jump
        FROM (
            SELECT place, who, household, started_at, begun, ended, taken, lat, lon, known, desk,
                lagInFrame(this, 1) OVER w AS lagged, lagInFrame(this, 2) OVER w AS before,
                leadInFrame(begun, 1) OVER w AS next, leadInFrame(begun, 2) OVER w AS after, leadInFrame(ended, 1) OVER w AS out
            FROM (
                SELECT toString(unit) AS place, toUInt64(reporter) AS who, subject AS household, started_at,
                    toInt64(toUnixTimestamp(started_at)) AS begun, toInt64(toUnixTimestamp(submitted_at)) AS ended, ended - begun AS taken,
                    isFinite(submissions.lat) AND isFinite(submissions.lon) AND abs(submissions.lat) + abs(submissions.lon) > 0.02 AS known,
                    if(known, submissions.lat, 0) AS lat, if(known, submissions.lon, 0) AS lon, channel IN ('web', 'import', 'api') AS desk,
                    (begun, household, ended, lat, lon, known) AS this
                FROM submissions
                WHERE form = {form:String} AND unit IN {units:Array(String)} AND reporter != 0
                    AND submitted_at >= toDateTime({from:Date}, 'Asia/Shanghai') AND submitted_at < toDateTime({to:Date} + 1, 'Asia/Shanghai')
                    AND started_at > toDateTime(0) AND started_at <= submitted_at
            )
            WINDOW w AS (PARTITION BY place, who ORDER BY begun, ended ROWS BETWEEN 2 PRECEDING AND 2 FOLLOWING)
        )
    )
    GROUP BY place, who, day
)
GROUP BY place, who
ORDER BY place, who
