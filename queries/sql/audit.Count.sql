SELECT count() FROM audit_trail
WHERE ({account:String} = '' OR account = {account:String})
  AND ({action:String} = '' OR action = {action:String})
  AND ({object:String} = '' OR positionCaseInsensitiveUTF8(object, {object:String}) > 0)
  AND at >= {from:DateTime('UTC')} AND at < {to:DateTime('UTC')}
