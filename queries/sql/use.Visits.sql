WITH arrayJoin(arrayZip({systems:Array(String)}, {from:Array(Date)}, {to:Array(Date)})) AS span
SELECT system, cuts, empty, login_only, one_endpoint, points, deep, who, worked, weekend, hours, by_day, by_night, entries,
    firsts.1, firsts.2, frequent.1, frequent.2, regular.1, regular.2
FROM (
    SELECT toString(v.system) AS system, sum(v.visits) AS cuts, sum(v.empty) AS empty, sum(v.login_only) AS login_only,
        sum(v.one_endpoint) AS one_endpoint, sum(v.points) AS points, sum(v.deep) AS deep,
        uniqMerge(v.people) AS who, uniqMerge(v.deep_people) AS worked, sumIf(v.visits, toDayOfWeek(v.day) >= 6) AS weekend,
        sumForEach(arrayMap(h -> toUInt64(h), arrayResize(v.hours, 24))) AS hours, sum(v.person_days) AS by_day, sum(v.night_days) AS by_night, sum(v.entered) AS entries,
        sumMap(v.first_pages.1, v.first_pages.2) AS firsts, sumMap(v.often.1, v.often.2) AS frequent, sumMap(v.polled.1, v.polled.2) AS regular
    FROM (SELECT * FROM use_visits FINAL WHERE day >= arrayMin({from:Array(Date)})) AS v
    INNER JOIN (SELECT span.1 AS system, span.2 AS first, span.3 AS last) AS s ON s.system = v.system
    WHERE v.day BETWEEN s.first AND s.last
    GROUP BY v.system
)
ORDER BY system
