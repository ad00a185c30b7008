SELECT
    token_hash,
    name,
    scope,
    toUnixTimestamp64Nano(created_at) AS created_nanos,
    toUnixTimestamp64Nano(expires_at) AS expires_nanos,
    is_revoked
FROM tokens FINAL
WHERE tenant = {tenant:String}
ORDER BY created_at DESC, token_hash
LIMIT 1000
