SELECT unit, form, as_of, priority, recommended, families, expected FROM verification_history FINAL
WHERE ({unit:String} = '' OR unit = {unit:String}) AND ({form:String} = '' OR form = {form:String})
ORDER BY as_of, unit, form
