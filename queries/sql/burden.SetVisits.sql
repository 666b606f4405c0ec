-- A form that a person opened and sent with nothing between was filled in meanwhile, pauses included. Of many events only those
-- of every so many-th person are read.
INSERT INTO burden_visits
SELECT {run:UInt64} AS run, form, place AS unit, toDate(time, 'Asia/Shanghai') AS day, toFloat64(time - before) AS taken
FROM (
    SELECT toString(form) AS form, toString(unit) AS place, time, action,
        lagInFrame(toString(action), 1) OVER w AS earlier, lagInFrame(time, 1) OVER w AS before, lagInFrame(toString(unit), 1) OVER w AS where_before
    FROM usage_events
    WHERE time >= toDateTime({from:Date}, 'Asia/Shanghai') AND time < toDateTime({to:Date} + 1, 'Asia/Shanghai')
        AND form IN {forms:Array(String)} AND action IN ('view', 'create', 'submit') AND traffic = 'business' AND actor != 0 AND status < 400
        AND cityHash64(actor) % {of:UInt64} = 0
    WINDOW w AS (PARTITION BY form, actor ORDER BY time, action ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
)
WHERE action = 'submit' AND earlier IN ('view', 'create') AND where_before = place AND time - before BETWEEN 0 AND {most:UInt64}
