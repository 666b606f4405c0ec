SELECT sum(cityHash64(table, partition_id, newest, mutated))
FROM (
    SELECT table, partition_id, max(max_block_number) AS newest, max(data_version) AS mutated
    FROM system.parts
    WHERE database = currentDatabase() AND active AND table NOT IN ('audit_trail', 'accounts', 'tokens', 'token_uses', 'saved_filters', 'notices')
    GROUP BY table, partition_id
)
