-- One row a part of a snapshot: the state of a stage on one lane of its input, in pieces that an insert can carry.
-- ORDER BY: a lane has some slots that take turns; of a slot the state that includes more input stays. The state that
--   includes some input is the same whoever made it, so it does not matter who was last. Not partitioned: some hundred
--   lanes. TTL: lanes that nobody has worked on for a quarter of a year.
CREATE TABLE IF NOT EXISTS state_snapshots
(
    stage LowCardinality(String),
    lane UInt16,
    slot UInt8,
    part UInt16,
    parts UInt16,
    sequence UInt64,
    checksum UInt32,
    saved_on Date,
    payload String CODEC(NONE)
)
ENGINE = ReplacingMergeTree(sequence)
ORDER BY (stage, lane, slot, part)
TTL saved_on + INTERVAL 90 DAY
SETTINGS non_replicated_deduplication_window = 1000, min_bytes_for_wide_part = 1073741824
