SELECT
    count() AS row_count,
    toUnixTimestamp64Nano(min(time)) AS first_nanos,
    toUnixTimestamp64Nano(max(time)) AS last_nanos
FROM anomalies
WHERE tenant = {tenant:String}
  AND ({environment:String} = '' OR environment = {environment:String})
  AND ({log_type:String} = '' OR log_type = {log_type:String})
