SELECT form, id, position, label, toString(type), toString(measure), toString(unit_of), codes, toString(role), target, required, declared
FROM fields FINAL ORDER BY form, position
