SELECT lane, max(sequence) AS last_sequence
FROM events
WHERE tenant = {tenant:String}
GROUP BY lane
