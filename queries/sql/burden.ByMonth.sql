-- The month in which the window begins has two rows; the units of both are not known, so the greater number stands for it.
SELECT toString(form) AS form, month, sum(submissions) AS sent, max(units) AS places, sum(observed + filled + estimated) AS hours
FROM burden_form_months
WHERE run = (SELECT max(run) FROM burden_unit_sums)
GROUP BY form, month
ORDER BY form, month
