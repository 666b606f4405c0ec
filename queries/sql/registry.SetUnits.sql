INSERT INTO units (code, name, parent, kind, population, staff, declared, updated)
