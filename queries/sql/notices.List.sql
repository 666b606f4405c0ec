SELECT id, channel, recipient, account, subject, body, content, state, attempts, next, error, created, updated
FROM notices FINAL
WHERE ({state:String} = '' OR state = {state:String}) AND ({recipient:String} = '' OR recipient = {recipient:String})
ORDER BY created DESC, id
LIMIT {limit:UInt32}
