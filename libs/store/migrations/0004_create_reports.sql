-- One row a revision of a root cause report. `head` is the report without its related events: lists read only that.
-- ORDER BY: one incident's revisions lie together; saving a revision again replaces it.
-- Not partitioned: a few a day. TTL from arrival, far longer than the events: reports are what people come back to.
CREATE TABLE IF NOT EXISTS reports
(
    stored_on Date,
    tenant LowCardinality(String),
    environment LowCardinality(String),
    incident_id String,
    revision UInt32,
    incident_type String,
    start_time DateTime64(9, 'UTC'),
    end_time DateTime64(9, 'UTC'),
    updated_time DateTime64(9, 'UTC'),
    significance LowCardinality(String),
    merged_into String,
    log_types Array(String),
    hosts Array(String),
    head String CODEC(ZSTD(1)),
    related String CODEC(ZSTD(3))
)
ENGINE = ReplacingMergeTree
ORDER BY (tenant, incident_id, revision)
TTL stored_on + INTERVAL 400 DAY
SETTINGS non_replicated_deduplication_window = 10000
