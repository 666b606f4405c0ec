-- What the submissions of each form look like. Delay counts from the start of the period, so it compares forms of one cycle.
-- Nothing here depends on the order in which rows are read: equal contents give equal answers.
SELECT toString(form) AS form, count() AS sent, uniqExact(toString(unit)) AS places, countIf(subject != 0) AS about, countIf(channel = 'api') AS machine,
    uniqIf(subject, subject != 0) AS persons, uniq(unit, period_start) AS pairs,
    (arraySort(p -> (-p.2, p.1), arrayZip((sumMap([toUInt8(length(period))], [1]) AS lengths).1, lengths.2))[1]).1 AS usual,
    minMap(map(toUInt8(length(period)), toString(period)))[usual] AS written,
    countIf(submitted_at >= toDateTime({from:Date}, 'Asia/Shanghai')) AS recent,
    quantileExact(0.5)(toFloat64(submitted_at) - toFloat64(toUInt32(period_start)) * 86400) / 86400 AS delay
FROM submissions
WHERE period_start BETWEEN {start:Date} AND {to:Date}
GROUP BY form
ORDER BY form
