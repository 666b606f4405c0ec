INSERT INTO saved_filters (account, path, name, query, removed, at)
