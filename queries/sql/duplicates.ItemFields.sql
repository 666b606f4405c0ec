SELECT item, toString(form), field, label, member, toString(relation), agreement, rows, complete, delay, units, submissions,
    hours, hours_low, hours_high
FROM data_item_fields
WHERE run = (SELECT max(run) FROM duplicate_runs) AND ({id:String} = '' OR item = {id:String})
ORDER BY item, member DESC, hours DESC, form, field
