INSERT INTO systems (id, name, owner, level, kind, launched, annual_cost, entitled_users, cycle, season, successor, waiver_rule, waiver_basis, waiver_until, usage_covered, declared, updated)
