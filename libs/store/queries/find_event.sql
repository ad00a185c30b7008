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
  AND lane = {lane:UInt16}
  AND sequence = {sequence:UInt64}
  AND row_index = {row_index:UInt32}
LIMIT 1
