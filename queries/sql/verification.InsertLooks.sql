INSERT INTO verification_looks (month, unit, form, family, p, as_of, run)
