INSERT INTO system_assessments (run, system, as_of, seen, verdict, suggestion, successor, hours, hours_low, hours_high, yuan, yuan_low, yuan_high, body)
