-- Some numbers of one unit by period, beside the spread of its peers; not a number where nobody reported.
SELECT form, field, period_start, any(name) AS period, avgIf(mean, unit = {unit:String}) AS own,
    quantilesExactInclusiveIf(0.05, 0.25, 0.5, 0.75, 0.95)(mean, unit != {unit:String}) AS spread
FROM (
    SELECT toString(form) AS form, toString(field) AS field, toString(unit) AS unit, period_start, toString(any(period)) AS name, avg(number) AS mean
    FROM answers
    WHERE (form, field) IN (SELECT arrayJoin(arrayZip({forms:Array(String)}, {fields:Array(String)})))
      AND unit IN {units:Array(String)} AND period_start BETWEEN {from:Date} AND {to:Date} AND isFinite(number)
    GROUP BY form, field, unit, period_start
)
GROUP BY form, field, period_start
ORDER BY form, field, period_start
