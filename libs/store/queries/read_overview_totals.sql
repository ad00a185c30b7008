SELECT
    (SELECT uniqExact(incident_id) FROM reports WHERE tenant = {tenant:String}) AS report_count,
    (
        SELECT sum(bytes_on_disk)
        FROM system.parts
        WHERE active AND database = currentDatabase()
    ) AS disk_bytes
