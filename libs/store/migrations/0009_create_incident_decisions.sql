-- One row a change of what people decided about incidents; the row with the highest version stays, which is how one is taken back.
-- ORDER BY: read as a whole, replaced by id. Not partitioned and no TTL: at most some thousand, and what people decided
--   must survive everything that was learned.
CREATE TABLE IF NOT EXISTS incident_decisions
(
    tenant LowCardinality(String),
    decision_id String,
    version UInt64,
    is_removed UInt8,
    decision String CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (tenant, decision_id)
SETTINGS non_replicated_deduplication_window = 1000
