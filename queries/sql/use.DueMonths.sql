SELECT toStartOfMonth(day) AS month, min(day) AS first, max(day) AS last, count() AS days FROM use_due WHERE run = {run:UInt64} GROUP BY month ORDER BY month
