-- One row a credential, known only by its hash; the row with the highest version stays, which is how one is revoked.
-- ORDER BY the hash: it is the identity. Not partitioned and no TTL: a handful, and an audit asks for old ones.
CREATE TABLE IF NOT EXISTS tokens
(
    tenant LowCardinality(String),
    token_hash FixedString(64),
    name String,
    scope LowCardinality(String),
    created_at DateTime64(9, 'UTC'),
    expires_at DateTime64(9, 'UTC'),
    is_revoked UInt8,
    version UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (tenant, token_hash)
SETTINGS non_replicated_deduplication_window = 1000
