INSERT INTO tokens (id, account, name, hash, roles, divisions, systems, abilities, created, created_by, expires, revoked, revoked_by, updated)
