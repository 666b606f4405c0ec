INSERT INTO data_items (run, id, name, definition, code_set, source_form, source_field, reasons, agreement, rows, hours, hours_low, hours_high, saved, saved_low, saved_high)
