#!lua flags=allow-oom
-- Hold a host that a redirect leads to, with no entry of its own; says 1 where it is held now.
-- KEYS[1]: the crawl's prefix. ARGV: worker, host, seconds that it is held without a sign of life.
local p, worker, host = KEYS[1], ARGV[1], ARGV[2]
local time = redis.call('TIME')
local now = time[1] + time[2] / 1e6
local free = redis.call('ZSCORE', p .. ':ready', host)
if free and tonumber(free) > now then return redis.call('HGET', p .. ':holds', host) == worker and 1 or 0 end
redis.call('ZADD', p .. ':ready', now + tonumber(ARGV[3]), host)
redis.call('HSET', p .. ':holds', host, worker)
return 1
