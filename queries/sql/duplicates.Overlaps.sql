SELECT toString(form_a), toString(form_b), share_a, share_b, shared_a, shared_b, payload_a, payload_b, rows, agreement, score,
    toString(suggestion), hours, hours_low, hours_high
FROM form_overlaps
WHERE run = (SELECT max(run) FROM duplicate_runs)
ORDER BY greatest(share_a, share_b) DESC, form_a, form_b
