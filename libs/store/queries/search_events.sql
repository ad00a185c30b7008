SELECT
    lane,
    sequence,
    row_index,
    toUnixTimestamp64Nano(time) AS time_nanos,
    environment,
    log_type,
    namespace,
    service,
    pod,
    container,
    host,
    severity,
    template_id,
    flags,
    body,
    attributes
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
  AND time <= fromUnixTimestamp64Nano({before_nanos:Int64}, 'UTC')
  AND (time, lane, sequence, row_index) < (
    fromUnixTimestamp64Nano({before_nanos:Int64}, 'UTC'),
    {before_lane:UInt16},
    {before_sequence:UInt64},
    {before_row:UInt32}
  )
ORDER BY time DESC, lane DESC, sequence DESC, row_index DESC
LIMIT {row_limit:UInt32}
