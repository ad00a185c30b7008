SELECT
    sequence,
    any(checksum) AS checksum,
    any(parts) AS parts,
    any(slot) AS slot
FROM state_snapshots
WHERE stage = {stage:String} AND lane = {lane:UInt16}
GROUP BY sequence
HAVING uniqExact(part) = parts
ORDER BY sequence DESC
LIMIT 3
