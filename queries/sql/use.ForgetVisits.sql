TRUNCATE TABLE use_visits
