-- The exact coordinates that visits of a unit repeat. A receiver hardly ever gives the same six decimals twice; a telephone that
-- keeps its last fix gives them a few times on one day. A shared point is that of several households on several days; only points
-- with enough visits are looked at closely. A form whose coordinates have few decimals has no exact points: counts by decimals show that.
SELECT place, located, points, rounded4, rounded5, shared_points, shared_visits, shared_desk, largest, largest_homes, largest_days, largest_lat, largest_lon, middle_lat, middle_lon
FROM (
    SELECT toString(unit) AS place, count() AS located, uniq(lat, lon) AS points,
        countIf(abs(lat * 1e4 - round(lat * 1e4)) < 1e-4 AND abs(lon * 1e4 - round(lon * 1e4)) < 1e-4) AS rounded4,
        countIf(abs(lat * 1e5 - round(lat * 1e5)) < 1e-3 AND abs(lon * 1e5 - round(lon * 1e5)) < 1e-3) AS rounded5,
        toFloat64(quantileTDigest(0.5)(lat)) AS middle_lat, toFloat64(quantileTDigest(0.5)(lon)) AS middle_lon
    FROM submissions
    WHERE form = {form:String} AND unit IN {units:Array(String)} AND subject != 0
        AND submitted_at >= toDateTime({from:Date}, 'Asia/Shanghai') AND submitted_at < toDateTime({to:Date} + 1, 'Asia/Shanghai')
        AND isFinite(lat) AND isFinite(lon) AND abs(lat) + abs(lon) > 0.02
    GROUP BY unit
) AS everything
LEFT JOIN (
    SELECT place, count() AS shared_points, sum(n) AS shared_visits, sum(atdesk) AS shared_desk, max(n) AS largest, argMax(homes, n) AS largest_homes,
        argMax(dates, n) AS largest_days, argMax(y, n) AS largest_lat, argMax(x, n) AS largest_lon
    FROM (
        SELECT toString(unit) AS place, lat AS y, lon AS x, count() AS n, uniqExact(subject) AS homes, uniqExact(toDate(submitted_at, 'Asia/Shanghai')) AS dates,
            countIf(channel IN ('web', 'import', 'api')) AS atdesk
        FROM submissions
        WHERE form = {form:String} AND unit IN {units:Array(String)} AND subject != 0
        AND submitted_at >= toDateTime({from:Date}, 'Asia/Shanghai') AND submitted_at < toDateTime({to:Date} + 1, 'Asia/Shanghai')
        AND isFinite(lat) AND isFinite(lon) AND abs(lat) + abs(lon) > 0.02
            AND (unit, lat, lon) IN (SELECT unit, lat, lon FROM submissions WHERE form = {form:String} AND unit IN {units:Array(String)} AND subject != 0
        AND submitted_at >= toDateTime({from:Date}, 'Asia/Shanghai') AND submitted_at < toDateTime({to:Date} + 1, 'Asia/Shanghai')
        AND isFinite(lat) AND isFinite(lon) AND abs(lat) + abs(lon) > 0.02
        GROUP BY unit, lat, lon HAVING count() >= {homes:UInt64})
        GROUP BY unit, lat, lon
        HAVING homes >= {homes:UInt64} AND dates >= {days:UInt64}
    )
    GROUP BY place
) AS repeated USING (place)
ORDER BY place
