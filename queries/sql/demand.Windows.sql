-- The hours that each unit owes between the day a demand opens and the day it is due. A demand of a period opens on the period's
-- last day, one of records on its first; what was handed in earlier is not owed any more. A submission counts with what
-- submissions of its form and unit take on average.
WITH (SELECT max(run) FROM burden_monthly) AS newest
SELECT d.unit AS unit, d.opens AS opens, d.due AS due, sum(if(h.hours = 0, 0, d.sent * h.hours / h.sent)) AS hours,
    sum(if(h.hours = 0, 0, d.sent * h.seen / h.sent)) AS observed,
    sum(if(h.hours = 0, 0, pow(b.spread * h.own / h.sent, 2) * d.sent)) AS apart, sum(if(h.hours = 0, 0, b.spread * d.sent * h.guess / h.sent)) AS together
FROM (
    SELECT toString(s.form) AS form, toString(s.unit) AS unit,
        multiIf(length(toString(s.period)) = 4, addYears(s.period_start, 1) - 1, substring(toString(s.period), 5, 1) = 'H', addMonths(s.period_start, 6) - 1,
            length(toString(s.period)) = 6, addMonths(s.period_start, 3) - 1, length(toString(s.period)) = 7, addMonths(s.period_start, 1) - 1,
            length(toString(s.period)) = 8, s.period_start + 6, s.period_start) AS last,
        if(f.per = 'record', s.period_start, last) AS opens, last + f.due_days AS due, toFloat64(count()) AS sent
    FROM submissions AS s
    INNER JOIN (SELECT id, due_days, per FROM forms FINAL WHERE due_days > 0) AS f ON f.id = s.form
    WHERE s.period_start BETWEEN {from:Date} - 400 AND {to:Date} AND s.channel != 'api' AND s.unit IN {units:Array(String)}
        AND due BETWEEN {from:Date} AND {to:Date} AND due - opens < {most:UInt32}
        AND toDate(s.submitted_at, {zone:String}) >= opens
    GROUP BY form, unit, last, opens, due
) AS d
INNER JOIN (
    SELECT toString(form) AS form, toString(unit) AS unit, toFloat64(sum(submissions)) AS sent, sum(observed) AS seen, sum(filled) AS own,
        sum(estimated) AS guess, seen + own + guess AS hours
    FROM burden_monthly WHERE run = newest GROUP BY form, unit
) AS h ON h.form = d.form AND h.unit = d.unit
INNER JOIN (SELECT toString(form) AS form, spread FROM burden_forms WHERE run = newest) AS b ON b.form = d.form
GROUP BY unit, opens, due
ORDER BY unit, opens, due
SETTINGS max_bytes_before_external_group_by = 1000000000
