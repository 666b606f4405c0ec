SELECT unit, form, min(as_of) FROM verification_history FINAL WHERE as_of < {before:Date} GROUP BY unit, form
