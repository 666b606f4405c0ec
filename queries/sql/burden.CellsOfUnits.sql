SELECT toString(form) AS form, month, recent, sum(submissions) AS sent, sum(timed) AS watched, uniqExact(unit) AS places,
    sum(observed) AS seen, sum(logged) AS active, sum(filled) AS own, sum(estimated) AS guess
FROM burden_monthly
WHERE run = (SELECT max(run) FROM burden_unit_sums) AND unit IN {units:Array(String)}
GROUP BY form, month, recent
ORDER BY form, month, recent
