INSERT INTO forms (id, system, title, cycle, due_days, basis, approved, per, prefilled, declared, updated)
