SELECT id, step, toString(action), toString(form), field, toString(from_form), from_field, toString(relation), item,
    hours, hours_low, hours_high, units, needs, codes, factor
FROM plan_steps
WHERE run = (SELECT max(run) FROM duplicate_runs)
ORDER BY step, line
