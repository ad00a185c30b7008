SELECT sequence, count() AS row_count
FROM events
WHERE tenant = {tenant:String}
  AND lane = {lane:UInt16}
  AND sequence >= {from_sequence:UInt64}
GROUP BY sequence
ORDER BY sequence
LIMIT 2000000
