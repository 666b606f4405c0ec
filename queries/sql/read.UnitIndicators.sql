-- The mean of every number of one unit beside those of its peers. A field that a unit reports by the record has the mean of
-- its records.
SELECT form, field, sumIf(n, unit = {unit:String}) AS own_n, anyIf(mean, unit = {unit:String}) AS own,
    countIf(unit != {unit:String}) AS peers, quantilesExactInclusiveIf(0.05, 0.25, 0.5, 0.75, 0.95)(mean, unit != {unit:String}) AS spread
FROM (
    SELECT toString(form) AS form, toString(field) AS field, toString(unit) AS unit, count() AS n, avg(number) AS mean
    FROM answers
    WHERE form IN {forms:Array(String)} AND unit IN {units:Array(String)} AND period_start BETWEEN {from:Date} AND {to:Date}
      AND isFinite(number)
    GROUP BY form, field, unit
)
GROUP BY form, field
HAVING own_n > 0
ORDER BY form, field
