-- The range of the positive numbers of every field. Within is the usual ratio of the 95th to the 5th percentile inside one
-- period: seasons alone spread numbers without making their digits lawful.
SELECT form, field, sum(n) AS numbers, min(low) AS least, max(high) AS most, sum(whole) AS wholes, sum(tenths) AS in_tenths,
    quantilesTDigestMerge(0.05, 0.95)(sketch) AS spread,
    quantileExactWeighted(0.5)(finalizeAggregation(sketch)[2] / finalizeAggregation(sketch)[1], n) AS within
FROM (
    SELECT toString(form) AS form, toString(field) AS field, period_start, count() AS n, min(number) AS low, max(number) AS high,
        countIf(number = round(number)) AS whole, countIf(abs(number * 10 - round(number * 10)) < 1e-6) AS tenths,
        quantilesTDigestState(0.05, 0.95)(number) AS sketch
    FROM answers
    WHERE period_start BETWEEN {from:Date} AND {to:Date} AND number > 0 AND isFinite(number)
    GROUP BY form, field, period_start
)
GROUP BY form, field
ORDER BY form, field
