SELECT
    environment,
    log_type,
    sum(event_count) AS event_count,
    sum(template_lines) AS line_count,
    count() AS template_count,
    toUnixTimestamp64Nano(min(first_time)) AS first_nanos,
    toUnixTimestamp64Nano(max(last_time)) AS last_nanos
FROM
(
    SELECT
        environment,
        log_type,
        template_id,
        count() AS event_count,
        sum(line_count) AS template_lines,
        min(time) AS first_time,
        max(time) AS last_time
    FROM events
    WHERE tenant = {tenant:String} AND ({environment:String} = '' OR environment = {environment:String})
    GROUP BY environment, log_type, template_id
)
GROUP BY environment, log_type
ORDER BY event_count DESC, environment, log_type
LIMIT 10000
