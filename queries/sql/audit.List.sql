SELECT seq, batch, at, account, token, action, object, detail, address, before, hash FROM audit_trail
WHERE ({account:String} = '' OR account = {account:String})
  AND ({action:String} = '' OR action = {action:String})
  AND ({object:String} = '' OR positionCaseInsensitiveUTF8(object, {object:String}) > 0)
  AND at >= {from:DateTime('UTC')} AND at < {to:DateTime('UTC')}
  AND ({before:UInt64} = 0 OR seq < {before:UInt64})
ORDER BY seq DESC
LIMIT {limit:UInt64} OFFSET {offset:UInt64}
