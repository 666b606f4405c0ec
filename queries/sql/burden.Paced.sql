SELECT toString(form) AS form, least, fence, seconds, spread, common, bias, toString(method) AS method
FROM burden_forms
WHERE run = (SELECT max(run) FROM burden_unit_sums)
ORDER BY form
