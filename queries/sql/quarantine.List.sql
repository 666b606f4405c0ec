SELECT id, toString(source), origin, line, field, toString(kind), reason, toString(status), seen, raw
FROM quarantine FINAL
WHERE ({source:String} = '' OR source = {source:String}) AND ({status:String} = '' OR status = {status:String})
ORDER BY source, seen, origin, line, id
