SELECT head, related
FROM reports
WHERE tenant = {tenant:String}
  AND incident_id = {incident_id:String}
  AND ({revision:UInt32} = 0 OR revision = {revision:UInt32})
ORDER BY revision DESC
LIMIT 1
