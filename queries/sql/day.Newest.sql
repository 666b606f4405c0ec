SELECT greatest((SELECT max(last_time) FROM usage_daily), (SELECT max(submitted_at) FROM submissions))
