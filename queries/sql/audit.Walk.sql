SELECT seq, batch, at, account, token, action, object, detail, address, before, hash FROM audit_trail
WHERE seq >= {from:UInt64} AND seq <= {to:UInt64}
ORDER BY seq, batch, hash
