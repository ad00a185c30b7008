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
  AND environment = {environment:String}
  AND log_type = {log_type:String}
  AND ({is_stream:UInt8} = 0 OR (pod = {pod:String} AND container = {container:String} AND host = {host:String}))
  AND time <= fromUnixTimestamp64Nano({time_nanos:Int64}, 'UTC')
  AND (time, lane, sequence, row_index) < (
    fromUnixTimestamp64Nano({time_nanos:Int64}, 'UTC'),
    {lane:UInt16},
    {sequence:UInt64},
    {row_index:UInt32}
  )
ORDER BY time DESC, lane DESC, sequence DESC, row_index DESC
LIMIT {row_limit:UInt32}
