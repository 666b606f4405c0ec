-- Where the same household was found at different visits. Far ones lie further from the household's median place than receivers
-- err. Agreeing ones have the same exact coordinates on all days: a register's, or copied ones. Apart is how many metres two
-- visits of one household usually lie apart in latitude.
SELECT place, count() AS homes, countIf(again) AS revisited, sumIf(n, again) AS revisits, sumIf(far, again) AS displaced, countIf(again AND points = 1) AS same,
    countIf(again AND at_shared > 0) AS shared_revisited, countIf(again AND at_shared > 0 AND points = 1) AS shared_same,
    countIf(again AND at_shared > 0 AND far > 0) AS shared_moved, quantileIf(0.5)(apart, n = 2 AND again AND points > 1) AS noise
FROM (
    SELECT toString(unit) AS place, subject, count() AS n, uniqExact(toDate(submitted_at, 'Asia/Shanghai')) > 1 AS again, uniqExact(lat, lon) AS points,
        countIf((unit, lat, lon) IN (
            SELECT unit, lat, lon FROM submissions
            WHERE form = {form:String} AND unit IN {units:Array(String)} AND subject != 0
                AND submitted_at >= toDateTime({from:Date}, 'Asia/Shanghai') AND submitted_at < toDateTime({to:Date} + 1, 'Asia/Shanghai')
                AND isFinite(lat) AND isFinite(lon) AND abs(lat) + abs(lon) > 0.02
            GROUP BY unit, lat, lon HAVING uniqExact(subject) >= {homes:UInt64} AND uniqExact(toDate(submitted_at, 'Asia/Shanghai')) >= {days:UInt64}
        )) AS at_shared,
        groupArray((lat, lon)) AS places, arrayReduce('quantileExactLow(0.5)', places.1) AS y, arrayReduce('quantileExactLow(0.5)', places.2) AS x,
        arrayCount(p -> greatCircleDistance(p.2, p.1, x, y) > {far:Float64}, places) AS far, 111200 * (max(lat) - min(lat)) AS apart
    FROM submissions
    WHERE form = {form:String} AND unit IN {units:Array(String)} AND subject != 0
        AND submitted_at >= toDateTime({from:Date}, 'Asia/Shanghai') AND submitted_at < toDateTime({to:Date} + 1, 'Asia/Shanghai')
        AND isFinite(lat) AND isFinite(lon) AND abs(lat) + abs(lon) > 0.02
    GROUP BY unit, subject
)
GROUP BY place
ORDER BY place
