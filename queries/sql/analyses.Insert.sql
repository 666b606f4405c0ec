INSERT INTO analyses (run, as_of, window_from, window_to, policy, started, finished, findings, not_assessed)
