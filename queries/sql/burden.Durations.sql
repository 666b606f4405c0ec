-- How long each form takes where the start is known and plausible. Times beyond the fence are interruptions. Times that are
-- whole minutes throughout come from a clock without seconds; times below zero from clocks that differ.
SELECT toString(form) AS form, count() AS sent, uniqExact(toString(unit)) AS places, avg(length(fields)) AS answered,
    countIf(watched) AS timed, quantilesIf(0.25, 0.5, 0.75)(taken, watched) AS quartiles,
    countIf(known) AS started, countIf(known AND taken < 0 AND taken > -{most:Float64}) AS backwards,
    countIf(known AND taken = 0) AS zeros, countIf(known AND taken % 60 = 0) AS minutes
FROM (
    SELECT form, unit, fields, toFloat64(submitted_at - started_at) AS taken, started_at > toDateTime(0) AS known,
        known AND taken BETWEEN {least:Float64} AND {most:Float64}
            AND (form, unit) NOT IN (SELECT form, unit FROM burden_skewed WHERE run = {run:UInt64}) AS watched
    FROM submissions
    WHERE submitted_at >= toDateTime({from:Date}, 'Asia/Shanghai') AND submitted_at < toDateTime({to:Date} + 1, 'Asia/Shanghai')
)
GROUP BY form
ORDER BY form
