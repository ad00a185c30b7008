SELECT document_id, version, document
FROM documents FINAL
WHERE tenant = {tenant:String} AND kind = {kind:String} AND document_id = {document_id:String} AND is_removed = 0
