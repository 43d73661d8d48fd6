#!lua flags=allow-oom
-- An entry is done with, and its host free after a pause. Whoever has lost the hold in the meantime changes nothing.
-- KEYS[1]: the crawl's prefix. ARGV: worker, host, entry, seconds of pause, or '' if the host is held on; then, where the link is to be tried again, the seconds
-- until then and the link.
local p, worker, host, entry = KEYS[1], ARGV[1], ARGV[2], ARGV[3]
local time = redis.call('TIME')
local now = time[1] + time[2] / 1e6
local stream = p .. ':urls:' .. host
if ARGV[4] ~= '' and redis.call('HGET', p .. ':holds', host) == worker then
  local free = math.max(now + tonumber(ARGV[4]), tonumber(redis.call('HGET', p .. ':rests', host) or 0))
  redis.call('HDEL', p .. ':holds', host)
  redis.call('ZADD', p .. ':ready', free, host)
end
if entry == '' or redis.call('EXISTS', stream) == 0 then return 0 end
local pending = redis.call('XPENDING', stream, 'workers', entry, entry, 1)[1]
if not pending or pending[2] ~= worker then return 0 end
redis.call('XACK', stream, 'workers', entry)
redis.call('XDEL', stream, entry)
if ARGV[5] then
  redis.call('ZADD', p .. ':later', now + tonumber(ARGV[5]), host .. ' ' .. ARGV[6])
else
  redis.call('DECR', p .. ':left')
end
if redis.call('XLEN', stream) == 0 then redis.call('DEL', stream) end
return 1
