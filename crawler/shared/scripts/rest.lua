#!lua flags=allow-oom
-- A host wants to be left alone.
-- KEYS[1]: the crawl's prefix. ARGV: host, seconds.
local p, host = KEYS[1], ARGV[1]
local time = redis.call('TIME')
local until_then = time[1] + time[2] / 1e6 + tonumber(ARGV[2])
redis.call('HSET', p .. ':rests', host, math.max(until_then, tonumber(redis.call('HGET', p .. ':rests', host) or 0)))
redis.call('ZADD', p .. ':ready', 'GT', until_then, host)
return 0
