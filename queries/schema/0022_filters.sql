-- Filters of lists that people keep under a name, each account its own. A removed one stays as a row that says so; of several
-- rows of a name the newest counts.
CREATE TABLE IF NOT EXISTS saved_filters (
    account String, path String, name String, query String, removed Bool, at DateTime64(6, 'UTC')
) ENGINE = ReplacingMergeTree(at) ORDER BY (account, path, name);
