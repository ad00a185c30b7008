-- One row a log record.
-- ORDER BY: reads ask for a log type or a stream in a range of event time; lane, sequence and row_index are the
--   event id and make the order total. The primary key leaves them out, which keeps it small in memory.
-- PARTITION BY the day of arrival, not of the event: event times may lie in any year, and one insert must never touch
--   more than one partition, because only then is it atomic. The encoder writes the day, so that a repeated insert is
--   the same bytes.
-- TTL from arrival as well: a replay of last year's logs must not vanish while it is being looked at. Whole parts go,
--   nothing is rewritten.
-- time_range and sequence_range skip granules by time across log types, and by sequence at a restart.
-- body_tokens finds rare words in either case; it costs about an eighth of the data.
-- line_count is how many input lines became the record: its sum reconciles with what was acknowledged.
-- counts keeps exact numbers a minute and template, atomically with the rows.
CREATE TABLE IF NOT EXISTS events
(
    stored_on Date CODEC(Delta, ZSTD(1)),
    tenant LowCardinality(String),
    environment LowCardinality(String),
    log_type LowCardinality(String),
    namespace LowCardinality(String),
    service LowCardinality(String),
    pod LowCardinality(String),
    container LowCardinality(String),
    host LowCardinality(String),
    template_id LowCardinality(String),
    time DateTime64(9, 'UTC') CODEC(Delta(8), ZSTD(1)),
    lane UInt16 CODEC(ZSTD(1)),
    sequence UInt64 CODEC(Delta(8), ZSTD(1)),
    row_index UInt32 CODEC(Delta(4), ZSTD(1)),
    severity UInt8 CODEC(ZSTD(1)),
    flags UInt8 CODEC(ZSTD(1)),
    line_count UInt32 CODEC(ZSTD(1)),
    body String CODEC(ZSTD(1)),
    attributes String CODEC(ZSTD(1)),
    INDEX time_range time TYPE minmax GRANULARITY 1,
    INDEX sequence_range sequence TYPE minmax GRANULARITY 1,
    INDEX body_tokens lower(body) TYPE tokenbf_v1(32768, 2, 0) GRANULARITY 1,
    PROJECTION counts
    (
        SELECT
            tenant,
            environment,
            log_type,
            template_id,
            intDiv(toUnixTimestamp64Nano(time), 60000000000) AS minute,
            count(),
            sum(line_count),
            max(severity),
            min(time),
            max(time)
        GROUP BY tenant, environment, log_type, template_id, minute
    )
)
ENGINE = MergeTree
PARTITION BY stored_on
PRIMARY KEY (tenant, environment, log_type, time)
ORDER BY (tenant, environment, log_type, time, lane, sequence, row_index)
TTL stored_on + INTERVAL 30 DAY
SETTINGS
    non_replicated_deduplication_window = 10000,
    ttl_only_drop_parts = 1
