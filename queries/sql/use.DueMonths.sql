SELECT toStartOfMonth(day) AS month, count() AS days FROM use_due WHERE run = {run:UInt64} GROUP BY month ORDER BY month
