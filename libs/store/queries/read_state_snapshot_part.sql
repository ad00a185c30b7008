SELECT payload
FROM state_snapshots
WHERE stage = {stage:String} AND lane = {lane:UInt16} AND sequence = {sequence:UInt64} AND part = {part:UInt16}
LIMIT 1
