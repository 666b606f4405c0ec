INSERT INTO audit_trail (seq, batch, at, account, token, action, object, detail, address, before, hash)
