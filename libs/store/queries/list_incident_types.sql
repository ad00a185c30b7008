SELECT environment, incident_type, occurrences, first_seen, last_seen, is_routine, title
FROM incident_types FINAL
WHERE tenant = {tenant:String}
    AND ({environment:String} = '' OR environment = {environment:String})
ORDER BY last_seen DESC, incident_type
LIMIT 1000
