-- Where the same household was found at different visits. Far ones lie further from the household's median place than receivers
-- err. Agreeing ones have the same exact coordinates on all days: a register's, or copied ones. Apart is how many metres two
-- visits of one household usually lie apart in latitude.
SELECT place, count() AS homes, countIf(again) AS revisited, sumIf(n, again) AS revisits, sumIf(far, again) AS displaced, countIf(again AND same) AS agreeing,
    countIf(again AND at_shared > 0) AS shared_revisited, countIf(again AND at_shared > 0 AND same) AS shared_same,
    countIf(again AND at_shared > 0 AND far > 0) AS shared_moved, quantileIf(0.5)(apart, n = 2 AND again AND NOT same) AS noise
FROM (
    SELECT toString(unit) AS place, subject, count() AS n, toDate(min(submitted_at), 'Asia/Shanghai') != toDate(max(submitted_at), 'Asia/Shanghai') AS again,
        min(lat) = max(lat) AND min(lon) = max(lon) AS same,
        countIf((unit, lat, lon) IN (
            SELECT unit, lat, lon FROM submissions
            WHERE form = {form:String} AND unit IN {units:Array(String)} AND subject != 0
        AND submitted_at >= toDateTime({from:Date}, 'Asia/Shanghai') AND submitted_at < toDateTime({to:Date} + 1, 'Asia/Shanghai')
        AND isFinite(lat) AND isFinite(lon) AND abs(lat) + abs(lon) > 0.02
                AND (unit, lat, lon) IN (SELECT unit, lat, lon FROM submissions WHERE form = {form:String} AND unit IN {units:Array(String)} AND subject != 0
        AND submitted_at >= toDateTime({from:Date}, 'Asia/Shanghai') AND submitted_at < toDateTime({to:Date} + 1, 'Asia/Shanghai')
        AND isFinite(lat) AND isFinite(lon) AND abs(lat) + abs(lon) > 0.02
        GROUP BY unit, lat, lon HAVING count() >= {homes:UInt64})
            GROUP BY unit, lat, lon HAVING uniqExact(subject) >= {homes:UInt64} AND uniqExact(toDate(submitted_at, 'Asia/Shanghai')) >= {days:UInt64}
        )) AS at_shared,
        groupArray(lat) AS ys, groupArray(lon) AS xs, arraySort(ys)[intDiv(n + 1, 2)] AS y, arraySort(xs)[intDiv(n + 1, 2)] AS x,
        arrayCount((a, b) -> greatCircleDistance(b, a, x, y) > {far:Float64}, ys, xs) AS far, 111200 * (max(lat) - min(lat)) AS apart
    FROM submissions
    WHERE form = {form:String} AND unit IN {units:Array(String)} AND subject != 0
        AND submitted_at >= toDateTime({from:Date}, 'Asia/Shanghai') AND submitted_at < toDateTime({to:Date} + 1, 'Asia/Shanghai')
        AND isFinite(lat) AND isFinite(lon) AND abs(lat) + abs(lon) > 0.02
    GROUP BY unit, subject
)
GROUP BY place
ORDER BY place
