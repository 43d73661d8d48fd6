#!lua flags=allow-oom
-- A sign of life: hosts that a worker holds are held for longer.
-- KEYS[1]: the crawl's prefix. ARGV: worker, seconds, then the hosts.
local p, worker = KEYS[1], ARGV[1]
local time = redis.call('TIME')
local until_then = time[1] + time[2] / 1e6 + tonumber(ARGV[2])
for i = 3, #ARGV do
  if redis.call('HGET', p .. ':holds', ARGV[i]) == worker then redis.call('ZADD', p .. ':ready', 'XX', 'GT', until_then, ARGV[i]) end
end
return 0
