SELECT month, unit, form, toString(family), p FROM verification_looks FINAL
WHERE month >= {from:Date} AND month < {until:Date} ORDER BY month, unit, form, family
