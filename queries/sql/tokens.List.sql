SELECT id, account, name, hash, arrayMap(x -> toString(x), roles), divisions, systems, arrayMap(x -> toString(x), abilities), created, created_by, expires, revoked, revoked_by, used.last
FROM (SELECT * FROM tokens FINAL) AS t
LEFT JOIN (SELECT id, max(last) AS last FROM token_uses GROUP BY id) AS used USING (id)
WHERE ({account:String} = '' OR account = {account:String}) AND ({id:String} = '' OR id = {id:String}) AND ({hash:String} = '' OR hash = {hash:String})
ORDER BY created, id
