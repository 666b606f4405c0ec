INSERT INTO burden_form_months
SELECT run, form, month, recent, sum(submissions), sum(timed), uniqExact(unit), sum(observed), sum(logged), sum(filled), sum(estimated)
FROM burden_monthly
WHERE run = {run:UInt64}
GROUP BY run, form, month, recent
