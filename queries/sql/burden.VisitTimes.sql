SELECT toString(form) AS form, count() AS timed, quantiles(0.25, 0.5, 0.75)(taken) AS quartiles
FROM burden_visits
WHERE run = {run:UInt64} AND taken >= {least:Float64}
GROUP BY form
ORDER BY form
