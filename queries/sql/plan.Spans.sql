-- Which units fill in each form, in how many periods, and the periods that were asked at all (days since 1970-01-01).
SELECT form, groupArray(place) AS places, groupArray(n) AS filled, arraySort(groupUniqArrayArray(starts)) AS days
FROM (
    SELECT toString(form) AS form, toString(unit) AS place, toUInt32(uniqExact(period_start)) AS n, groupUniqArray(toUInt16(period_start)) AS starts
    FROM submissions
    WHERE period_start BETWEEN {start:Date} AND {to:Date} AND form IN {forms:Array(String)}
    GROUP BY form, place
    ORDER BY form, place
)
GROUP BY form
ORDER BY form
