SELECT name, title, arrayMap(x -> toString(x), roles), divisions, systems, email, password, must_change, factor, recovery, subject, disabled, created, changed, changed_by
FROM accounts
ORDER BY name, changed DESC
LIMIT 1 BY name
