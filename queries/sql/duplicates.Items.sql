SELECT id, name, definition, code_set, toString(source_form), source_field, reasons, agreement, rows,
    hours, hours_low, hours_high, saved, saved_low, saved_high
FROM data_items
WHERE run = (SELECT max(run) FROM duplicate_runs) AND ({id:String} = '' OR id = {id:String})
ORDER BY saved DESC, id
