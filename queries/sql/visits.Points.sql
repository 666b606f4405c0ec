-- The exact coordinates that visits of a unit repeat. A receiver hardly ever gives the same six decimals twice; a telephone that
-- keeps its last fix gives them a few times on one day. A shared point is that of several households on several days. A form
-- whose coordinates have few decimals has no exact points: counts by decimals show that.
SELECT place, sum(n) AS located, count() AS points, sum(coarse4) AS rounded4, sum(coarse5) AS rounded5,
    countIf(shared) AS shared_points, sumIf(n, shared) AS shared_visits, sumIf(atdesk, shared) AS shared_desk, maxIf(n, shared) AS largest,
    argMaxIf(homes, n, shared) AS largest_homes, argMaxIf(dates, n, shared) AS largest_days,
    argMaxIf(y, n, shared) AS largest_lat, argMaxIf(x, n, shared) AS largest_lon, quantileExact(0.5)(y) AS middle_lat, quantileExact(0.5)(x) AS middle_lon
FROM (
    SELECT toString(unit) AS place, lat AS y, lon AS x, count() AS n, uniqExact(subject) AS homes, uniqExact(toDate(submitted_at, 'Asia/Shanghai')) AS dates,
        countIf(channel IN ('web', 'import', 'api')) AS atdesk,
        if(abs(y * 1e4 - round(y * 1e4)) < 1e-4 AND abs(x * 1e4 - round(x * 1e4)) < 1e-4, n, 0) AS coarse4,
        if(abs(y * 1e5 - round(y * 1e5)) < 1e-3 AND abs(x * 1e5 - round(x * 1e5)) < 1e-3, n, 0) AS coarse5,
        homes >= {homes:UInt64} AND dates >= {days:UInt64} AS shared
    FROM submissions
    WHERE form = {form:String} AND unit IN {units:Array(String)} AND subject != 0
        AND submitted_at >= toDateTime({from:Date}, 'Asia/Shanghai') AND submitted_at < toDateTime({to:Date} + 1, 'Asia/Shanghai')
        AND isFinite(lat) AND isFinite(lon) AND abs(lat) + abs(lon) > 0.02
    GROUP BY unit, lat, lon
)
GROUP BY place
ORDER BY place
