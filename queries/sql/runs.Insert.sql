INSERT INTO runs (source, kind, started, finished, status, stored, rejected, retries, error)
