INSERT INTO plan_decisions (id, decided, decision, effective, decided_by, note, action, form, field, from_form, from_field, relation, promised, promised_low, promised_high, before)
