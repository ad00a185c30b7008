SELECT
    environment,
    incident_type,
    incident_id,
    verdict,
    author,
    note,
    toUnixTimestamp64Nano(said_at) AS said_nanos
FROM feedback FINAL
WHERE tenant = {tenant:String} AND incident_type = {incident_type:String}
ORDER BY said_at DESC, incident_id, author
LIMIT 1000
