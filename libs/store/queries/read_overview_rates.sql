SELECT log_type, count() AS event_count
FROM events
WHERE tenant = {tenant:String}
  AND environment = {environment:String}
  AND intDiv(toUnixTimestamp64Nano(time), 60000000000) >= {from_minute:Int64}
GROUP BY log_type
