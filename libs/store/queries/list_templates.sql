SELECT environment, log_type, template_id, canonical_id, text
FROM templates FINAL
WHERE tenant = {tenant:String}
  AND ({environment:String} = '' OR environment = {environment:String})
  AND ({log_type:String} = '' OR log_type = {log_type:String})
ORDER BY environment, log_type, template_id
LIMIT 500000
