-- Places of about forty metres where many households were found on several days, and how far the fixes scatter there: the
-- geometric mean of the interquartile ranges in both directions, in metres. Receivers scatter by metres even in one stairwell.
-- Only places with enough visits are looked at closely.
SELECT place, sumForEach(arrayMap(b -> if(crowded AND scatter <= b, n, 0), {spreads:Array(Float64)})) AS tight, sumIf(n, crowded) AS dense, max(n) AS largest
FROM (
    SELECT toString(unit) AS place, count() AS n,
        uniqExact(subject) >= {dense:UInt64} AND uniqExact(toDate(submitted_at, 'Asia/Shanghai')) >= {days:UInt64} AND uniqExact(lat, lon) * 2 > n AS crowded,
        quantilesExact(0.25, 0.75)(lat) AS y, quantilesExact(0.25, 0.75)(lon) AS x,
        111200 * sqrt((y[2] - y[1]) * (x[2] - x[1]) * cos(radians(y[1]))) AS scatter
    FROM submissions
    WHERE form = {form:String} AND unit IN {units:Array(String)} AND subject != 0
        AND submitted_at >= toDateTime({from:Date}, 'Asia/Shanghai') AND submitted_at < toDateTime({to:Date} + 1, 'Asia/Shanghai')
        AND isFinite(lat) AND isFinite(lon) AND abs(lat) + abs(lon) > 0.02
        AND (unit, round(lat * 2500), round(lon * 2500)) IN (
            SELECT unit, round(lat * 2500), round(lon * 2500) FROM submissions
            WHERE form = {form:String} AND unit IN {units:Array(String)} AND subject != 0
        AND submitted_at >= toDateTime({from:Date}, 'Asia/Shanghai') AND submitted_at < toDateTime({to:Date} + 1, 'Asia/Shanghai')
        AND isFinite(lat) AND isFinite(lon) AND abs(lat) + abs(lon) > 0.02
            GROUP BY unit, round(lat * 2500), round(lon * 2500) HAVING count() >= {dense:UInt64}
        )
    GROUP BY unit, round(lat * 2500), round(lon * 2500)
)
GROUP BY place
ORDER BY place
