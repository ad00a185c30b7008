SELECT head
FROM reports
WHERE tenant = {tenant:String} AND incident_id = {incident_id:String}
ORDER BY revision
LIMIT 1 BY revision
LIMIT 1000
