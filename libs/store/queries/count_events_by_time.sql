SELECT
    intDiv(toUnixTimestamp64Milli(time) - {from_millis:Int64}, {step_millis:Int64}) AS bucket,
    intDiv(severity + 3, 4) AS level,
    count() AS row_count
FROM events
WHERE tenant = {tenant:String}
  AND ({environment:String} = '' OR environment = {environment:String})
  AND ({log_type:String} = '' OR log_type = {log_type:String})
  AND ({host:String} = '' OR host = {host:String})
  AND ({pod:String} = '' OR pod = {pod:String})
  AND (empty({template_ids:Array(String)}) OR has({template_ids:Array(String)}, template_id))
  AND severity >= {min_severity:UInt8}
  AND ({pattern:String} = '' OR lower(body) LIKE {pattern:String})
  AND time >= fromUnixTimestamp64Nano({from_nanos:Int64}, 'UTC')
  AND time < fromUnixTimestamp64Nano({until_nanos:Int64}, 'UTC')
GROUP BY bucket, level
ORDER BY bucket, level
LIMIT 10000
