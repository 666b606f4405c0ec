-- For how many periods of each calendar year some forms were handed in.
SELECT toString(form) AS form, toYear(period_start) AS year, uniqExact(toString(period)) AS periods, count() AS sent, uniqExact(toString(unit)) AS places
FROM submissions
WHERE form IN {forms:Array(String)} AND period_start BETWEEN {from:Date} AND {to:Date}
GROUP BY form, year
ORDER BY form, year
