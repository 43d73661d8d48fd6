#!lua flags=allow-oom
-- Take part in the run that is under way, or begin one.
-- KEYS[1]: the crawl's prefix. ARGV[1]: the time as RFC 3339 text. Says the run's number.
local run = KEYS[1] .. ':run'
if redis.call('HGET', run, 'state') ~= 'running' then
  local last = redis.call('HGET', run, 'started')
  if last then redis.call('HSET', run, 'before', last) end
  redis.call('HSET', run, 'state', 'running', 'started', ARGV[1])
  redis.call('HINCRBY', run, 'id', 1)
  redis.call('DEL', KEYS[1] .. ':again')
end
return tonumber(redis.call('HGET', run, 'id'))
