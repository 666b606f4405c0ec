-- How each period of each form was answered. Again counts the units that answered on several days; what machines hand over tells
-- nothing of when people answered.
SELECT form, period, start, sum(n) AS submissions, count() AS units, countIf(people > 0) AS answered,
    if(answered > 0, minIf(first, people > 0), toDateTime(0, 'UTC')) AS earliest,
    if(answered > 0, quantileExactIf(0.9)(first, people > 0), toDateTime(0, 'UTC')) AS most,
    countIf(days) AS again, sum(last_day) AS on_due_day, sum(late) AS after_due_day
FROM (
    SELECT form, period, start, unit, count() AS n, countIf(by_hand) AS people, minIf(submitted_at, by_hand) AS first,
        maxIf(day, by_hand) > minIf(day, by_hand) AS days, countIf(day = due) AS last_day, countIf(day > due) AS late
    FROM (
        SELECT toString(s.form) AS form, toString(s.period) AS period, s.period_start AS start, s.unit AS unit, s.submitted_at AS submitted_at,
            s.channel NOT IN ('api', 'import') AS by_hand, toDate(s.submitted_at, {zone:String}) AS day,
            multiIf(length(period) = 4, addYears(start, 1) - 1, substring(period, 5, 1) = 'H', addMonths(start, 6) - 1, length(period) = 6, addMonths(start, 3) - 1,
                length(period) = 7, addMonths(start, 1) - 1, length(period) = 8, start + 6, start) + f.due_days AS due
        FROM submissions AS s
        LEFT JOIN (SELECT id, due_days FROM forms FINAL) AS f ON f.id = s.form
        WHERE s.submitted_at >= toDateTime({from:Date}, {zone:String}) AND s.submitted_at < toDateTime({to:Date} + 1, {zone:String})
    )
    GROUP BY form, period, start, unit
)
GROUP BY form, period, start
ORDER BY form, start, period
SETTINGS max_bytes_before_external_group_by = 1000000000
