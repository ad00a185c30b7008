-- One row an opinion of a person on a report.
-- ORDER BY: read by incident type. Not partitioned and no TTL: small, and it is what the system is corrected by.
CREATE TABLE IF NOT EXISTS feedback
(
    tenant LowCardinality(String),
    environment LowCardinality(String),
    incident_type String,
    incident_id String,
    verdict LowCardinality(String),
    author String,
    note String,
    said_at DateTime64(9, 'UTC')
)
ENGINE = ReplacingMergeTree
ORDER BY (tenant, incident_type, said_at, incident_id, author)
SETTINGS non_replicated_deduplication_window = 1000
