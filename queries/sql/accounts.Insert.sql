INSERT INTO accounts (name, title, roles, divisions, systems, email, password, must_change, factor, recovery, subject, disabled, created, changed, changed_by)
