SELECT count() AS row_count
FROM events
WHERE tenant = {tenant:String}
  AND lane = {lane:UInt16}
  AND sequence BETWEEN {from_sequence:UInt64} AND {to_sequence:UInt64}
  AND (sequence, row_index) >= ({from_sequence:UInt64}, {from_row:UInt32})
  AND (sequence, row_index) <= ({to_sequence:UInt64}, {to_row:UInt32})
