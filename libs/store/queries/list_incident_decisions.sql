SELECT decision_id, version, is_removed, decision
FROM incident_decisions FINAL
WHERE tenant = {tenant:String}
ORDER BY decision_id
LIMIT 20000
