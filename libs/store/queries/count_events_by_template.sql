SELECT
    environment,
    log_type,
    template_id,
    count() AS event_count,
    sum(line_count) AS line_total,
    max(severity) AS max_severity,
    toUnixTimestamp64Nano(min(time)) AS first_nanos,
    toUnixTimestamp64Nano(max(time)) AS last_nanos
FROM events
WHERE tenant = {tenant:String}
  AND ({environment:String} = '' OR environment = {environment:String})
  AND ({log_type:String} = '' OR log_type = {log_type:String})
GROUP BY environment, log_type, template_id
LIMIT 500000
