SELECT document_id, version, document
FROM documents FINAL
WHERE tenant = {tenant:String} AND kind = {kind:String} AND is_removed = 0
ORDER BY version DESC, document_id
LIMIT {row_limit:UInt32}
