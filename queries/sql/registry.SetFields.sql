INSERT INTO fields (form, id, position, label, type, measure, unit_of, codes, role, target, required, declared, updated)
