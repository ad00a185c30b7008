SELECT rule_id, version, is_removed, rule
FROM template_rules FINAL
WHERE tenant = {tenant:String}
ORDER BY rule_id
LIMIT 20000
