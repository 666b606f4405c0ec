INSERT INTO retirement_events (system, number, id, recorded, recorded_by, kind, from_state, to_state, basis, note, effective, until, due, body)
