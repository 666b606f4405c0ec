INSERT INTO case_events (case, number, id, recorded, account, name, kind, from_state, to_state, verdict, assignee, text, body)
