INSERT INTO form_overlaps (run, form_a, form_b, share_a, share_b, shared_a, shared_b, payload_a, payload_b, rows, agreement, score, suggestion, hours, hours_low, hours_high)
