-- A clock that differs shows where it makes submissions end before they begin.
INSERT INTO burden_skewed
SELECT {run:UInt64} AS run, form, unit
FROM submissions
WHERE submitted_at >= toDateTime({from:Date}, 'Asia/Shanghai') AND submitted_at < toDateTime({to:Date} + 1, 'Asia/Shanghai')
    AND started_at > toDateTime(0)
GROUP BY form, unit
HAVING countIf(submitted_at < started_at AND submitted_at + {most:Float64} > started_at) > {share:Float64} * count()
