SELECT id, decided, toString(decision), effective, decided_by, note, toString(action), toString(form), field, toString(from_form),
    from_field, toString(relation), promised, promised_low, promised_high, before
FROM plan_decisions
ORDER BY decided, id
