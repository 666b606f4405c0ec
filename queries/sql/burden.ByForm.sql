WITH (SELECT max(run) FROM burden_unit_sums) AS newest
SELECT toString(m.form) AS form, sum(m.submissions) AS sent, sum(m.timed) AS watched, any(u.units) AS units,
    sum(m.observed) AS seen, sum(m.logged) AS active, sum(m.filled) AS own, sum(m.estimated) AS guess
FROM (SELECT * FROM burden_form_months WHERE run = newest AND recent) AS m
LEFT JOIN (SELECT form, units FROM burden_form_units WHERE run = newest) AS u ON u.form = m.form
GROUP BY form
ORDER BY form
