SELECT count() AS row_count
FROM
(
    SELECT incident_id
    FROM
    (
        SELECT
            incident_id,
            revision,
            environment,
            incident_type,
            start_time,
            end_time,
            significance,
            merged_into,
            log_types,
            hosts
        FROM reports
        WHERE tenant = {tenant:String}
        ORDER BY incident_id, revision DESC
        LIMIT 1 BY incident_id
    )
    WHERE ({environment:String} = '' OR environment = {environment:String})
      AND ({log_type:String} = '' OR has(log_types, {log_type:String}))
      AND ({host:String} = '' OR has(hosts, {host:String}))
      AND (empty({significances:Array(String)}) OR has({significances:Array(String)}, significance))
      AND ({incident_type:String} = '' OR incident_type = {incident_type:String})
      AND ({include_merged:UInt8} = 1 OR merged_into = '')
      AND end_time >= fromUnixTimestamp64Nano({from_nanos:Int64}, 'UTC')
      AND start_time < fromUnixTimestamp64Nano({until_nanos:Int64}, 'UTC')
)
