-- The audit trail: who read, took away, decided and changed what. Rows are only ever added, one insert for each batch of entries;
-- the insert carries the number of its first entry, so that the table takes it once. Every row holds the hash of the row before
-- it and a keyed hash of its own; docs/audit.md says over which bytes. What an insert answered is on the disk.
CREATE TABLE IF NOT EXISTS audit_trail (
    seq UInt64, batch UInt64, at DateTime64(6, 'UTC'), account String, token String, action LowCardinality(String), object String,
    detail String, address String, before FixedString(32), hash FixedString(32)
) ENGINE = MergeTree ORDER BY seq
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;
