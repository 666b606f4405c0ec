INSERT INTO incoming (batch, scope, unit, period_start, key)
