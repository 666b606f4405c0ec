INSERT INTO forms (id, system, title, cycle, due_days, basis, approved, approved_known, per, prefilled, declared, updated)
