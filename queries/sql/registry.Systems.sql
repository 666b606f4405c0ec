SELECT id, name, toString(owner), toString(level), toString(kind), launched, annual_cost, entitled_users, toString(cycle), season,
    successor, waiver_rule, waiver_basis, waiver_until, usage_covered, filed, filed_known, declared
FROM systems FINAL
