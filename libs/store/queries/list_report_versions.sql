SELECT incident_id, max(revision) AS last_revision
FROM reports
WHERE tenant = {tenant:String}
GROUP BY incident_id
ORDER BY max(start_time) DESC, incident_id DESC
LIMIT {row_limit:UInt32}
