SELECT
    intDiv(toUnixTimestamp64Milli(time) - {from_millis:Int64}, {step_millis:Int64}) AS bucket,
    uniqExact(event_id, kind) AS row_count
FROM anomalies
WHERE tenant = {tenant:String}
  AND ({environment:String} = '' OR environment = {environment:String})
  AND ({log_type:String} = '' OR log_type = {log_type:String})
  AND surprise >= {min_surprise:Float64}
  AND time >= fromUnixTimestamp64Nano({from_nanos:Int64}, 'UTC')
  AND time < fromUnixTimestamp64Nano({until_nanos:Int64}, 'UTC')
GROUP BY bucket
ORDER BY bucket
LIMIT 10000
