-- One row a template; the row with the highest version stays.
-- ORDER BY: lists ask for the templates of a log type. Not partitioned and no TTL: bounded by the miner's own limits,
--   and an old event must not lose its text.
CREATE TABLE IF NOT EXISTS templates
(
    tenant LowCardinality(String),
    environment LowCardinality(String),
    log_type LowCardinality(String),
    template_id String,
    canonical_id String,
    text String CODEC(ZSTD(1)),
    version UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (tenant, environment, log_type, template_id)
SETTINGS non_replicated_deduplication_window = 10000
