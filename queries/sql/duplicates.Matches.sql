SELECT toString(form_a), field_a, toString(form_b), field_b, toString(relation), toString(kind), score, agreement, baseline, rows,
    toString(joined_by), factor, codes, why
FROM field_matches
WHERE run = (SELECT max(run) FROM duplicate_runs)
    AND ({a:String} = '' OR form_a = {a:String} AND form_b = {b:String} OR form_a = {b:String} AND form_b = {a:String})
ORDER BY form_a, form_b, score DESC, field_a, field_b
