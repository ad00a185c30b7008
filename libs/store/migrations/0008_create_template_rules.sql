-- One row a change of a rule about templates; the row with the highest version stays, which is how one is taken back.
-- ORDER BY: read as a whole, replaced by id. Not partitioned and no TTL: at most some thousand, and what people decided
--   must survive everything that was learned.
CREATE TABLE IF NOT EXISTS template_rules
(
    tenant LowCardinality(String),
    rule_id String,
    version UInt64,
    is_removed UInt8,
    rule String CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (tenant, rule_id)
SETTINGS non_replicated_deduplication_window = 1000
