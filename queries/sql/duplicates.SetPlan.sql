INSERT INTO plan_steps (run, id, step, line, action, form, field, from_form, from_field, relation, item, hours, hours_low, hours_high, units, needs, codes, factor)
