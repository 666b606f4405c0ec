SELECT path, name, query, at FROM saved_filters FINAL
WHERE account = {account:String} AND NOT removed
ORDER BY path, name
