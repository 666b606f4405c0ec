INSERT INTO field_matches (run, form_a, field_a, form_b, field_b, relation, kind, score, agreement, baseline, rows, joined_by, factor, codes, why)
