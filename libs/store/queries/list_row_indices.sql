SELECT row_index
FROM events
WHERE tenant = {tenant:String}
  AND lane = {lane:UInt16}
  AND sequence = {sequence:UInt64}
