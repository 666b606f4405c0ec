CREATE TABLE IF NOT EXISTS schema_files (file String, sum String, applied DateTime DEFAULT now())
ENGINE = ReplacingMergeTree(applied) ORDER BY file
