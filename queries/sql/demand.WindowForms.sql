-- Which forms the hours of a span are owed to: those that open within it and are due within it.
WITH (SELECT max(run) FROM burden_monthly) AS newest
SELECT d.form AS form, sum(d.sent * h.hours / h.sent) AS hours, uniqExact(d.unit) AS units
FROM (
    SELECT toString(s.form) AS form, toString(s.unit) AS unit,
        multiIf(length(toString(s.period)) = 4, addYears(s.period_start, 1) - 1, substring(toString(s.period), 5, 1) = 'H', addMonths(s.period_start, 6) - 1,
            length(toString(s.period)) = 6, addMonths(s.period_start, 3) - 1, length(toString(s.period)) = 7, addMonths(s.period_start, 1) - 1,
            length(toString(s.period)) = 8, s.period_start + 6, s.period_start) AS last,
        if(f.per = 'record', s.period_start, last) AS opens, last + f.due_days AS due, toFloat64(count()) AS sent
    FROM submissions AS s
    INNER JOIN (SELECT id, due_days, per FROM forms FINAL WHERE due_days > 0) AS f ON f.id = s.form
    WHERE s.period_start BETWEEN {from:Date} - 400 AND {to:Date} AND s.channel != 'api' AND s.unit IN {units:Array(String)}
        AND opens >= {from:Date} AND due <= {to:Date} AND toDate(s.submitted_at, {zone:String}) >= opens
    GROUP BY form, unit, last, opens, due
) AS d
INNER JOIN (
    SELECT toString(form) AS form, toString(unit) AS unit, toFloat64(sum(submissions)) AS sent, sum(observed + filled + estimated) AS hours
    FROM burden_monthly WHERE run = newest GROUP BY form, unit
) AS h ON h.form = d.form AND h.unit = d.unit
GROUP BY form
ORDER BY hours DESC, form
SETTINGS max_bytes_before_external_group_by = 1000000000
