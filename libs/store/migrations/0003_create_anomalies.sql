-- One row a surprising event, whole in `payload`; the other columns are what scans select by.
-- ORDER BY: scans ask for a range of event time of an environment; event id and kind of evidence make a repeated
--   batch replace itself.
-- PARTITION BY and TTL by the day of arrival, as for events and for the same reasons.
CREATE TABLE IF NOT EXISTS anomalies
(
    stored_on Date,
    tenant LowCardinality(String),
    environment LowCardinality(String),
    log_type LowCardinality(String),
    time DateTime64(9, 'UTC') CODEC(Delta(8), ZSTD(1)),
    event_id String CODEC(ZSTD(1)),
    template_id LowCardinality(String),
    kind LowCardinality(String),
    surprise Float64,
    payload String CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree
PARTITION BY stored_on
PRIMARY KEY (tenant, environment, time)
ORDER BY (tenant, environment, time, event_id, kind)
TTL stored_on + INTERVAL 30 DAY
SETTINGS
    non_replicated_deduplication_window = 10000,
    ttl_only_drop_parts = 1
