-- One row a kind of incident, told or not; the row with the most occurrences stays.
-- ORDER BY: read by environment, replaced by id. Not partitioned: some hundred an environment. TTL from arrival, as long as
--   that of the reports.
CREATE TABLE IF NOT EXISTS incident_types
(
    stored_on Date,
    tenant LowCardinality(String),
    environment LowCardinality(String),
    incident_type String,
    occurrences UInt64,
    first_seen Int64,
    last_seen Int64,
    is_routine UInt8,
    title String
)
ENGINE = ReplacingMergeTree(occurrences)
ORDER BY (tenant, environment, incident_type)
TTL stored_on + INTERVAL 400 DAY
SETTINGS non_replicated_deduplication_window = 1000
