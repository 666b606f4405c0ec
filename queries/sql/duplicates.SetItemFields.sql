INSERT INTO data_item_fields (run, item, form, field, label, member, relation, agreement, rows, complete, delay, units, submissions, hours, hours_low, hours_high)
