-- One row a change of a small document: what people set up, and what was done about it. Of a document the row with the
--   highest version stays, which is how one is changed or removed.
-- ORDER BY: a kind is read as a whole, one of it replaced by id. Not partitioned: some thousand rows. TTL by each row:
--   settings stay for ever (the last day a Date can name), messages and answers for as long as their writer says.
CREATE TABLE IF NOT EXISTS documents
(
    tenant LowCardinality(String),
    kind LowCardinality(String),
    document_id String,
    version UInt64,
    is_removed UInt8,
    expires_on Date,
    document String CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (tenant, kind, document_id)
TTL expires_on
SETTINGS non_replicated_deduplication_window = 1000
