WITH (SELECT max(run) FROM burden_monthly) AS newest
SELECT toString(form) AS form, sum(observed + filled + estimated) AS hours, uniqExact(unit) AS units
FROM burden_monthly
WHERE run = newest AND month = {month:Date} AND unit IN {units:Array(String)}
GROUP BY form
ORDER BY hours DESC, form
