SELECT payload
FROM
(
    SELECT time, event_id, kind, surprise, payload
    FROM anomalies FINAL
    WHERE tenant = {tenant:String}
      AND ({environment:String} = '' OR environment = {environment:String})
      AND ({log_type:String} = '' OR log_type = {log_type:String})
      AND surprise >= {min_surprise:Float64}
      AND time >= fromUnixTimestamp64Nano({from_nanos:Int64}, 'UTC')
      AND time < fromUnixTimestamp64Nano({until_nanos:Int64}, 'UTC')
    ORDER BY surprise DESC, time, event_id, kind
    LIMIT {row_limit:UInt32}
)
ORDER BY time, event_id, kind
