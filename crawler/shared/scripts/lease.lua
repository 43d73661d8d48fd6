#!lua flags=allow-oom
-- Take the link that waits longest of a host that may be asked now; nobody else gets one of that host until it is given back.
-- KEYS[1]: the crawl's prefix. ARGV: worker, seconds that it holds a host without a sign of life, how many hosts to look at.
-- Says {host, entry, link, how often it was given out}, or {} where none is due.
local p, worker, holds = KEYS[1], ARGV[1], tonumber(ARGV[2])
local time = redis.call('TIME')
local now = time[1] + time[2] / 1e6
if redis.call('EXISTS', p .. ':run') == 0 then return redis.error_reply('NORUN') end
local ready = p .. ':ready'
for _, later in ipairs(redis.call('ZRANGEBYSCORE', p .. ':later', '-inf', now, 'LIMIT', 0, 100)) do
  local host, link = string.match(later, '^(%S+) (.*)$')
  local stream = p .. ':urls:' .. host
  if redis.call('EXISTS', stream) == 0 then redis.call('XGROUP', 'CREATE', stream, 'workers', '0', 'MKSTREAM') end
  redis.call('XADD', stream, '*', 'link', link)
  redis.call('ZADD', ready, 'NX', now, host)
  redis.call('ZREM', p .. ':later', later)
end
for _, host in ipairs(redis.call('ZRANGEBYSCORE', ready, '-inf', now, 'LIMIT', 0, tonumber(ARGV[3]))) do
  local stream = p .. ':urls:' .. host
  local entry
  if redis.call('EXISTS', stream) == 1 then
    -- Whoever held the host is gone: what it had in hand comes first.
    entry = redis.call('XAUTOCLAIM', stream, 'workers', worker, 0, '0-0', 'COUNT', 1)[2][1]
    if not entry then
      local read = redis.call('XREADGROUP', 'GROUP', 'workers', worker, 'COUNT', 1, 'STREAMS', stream, '>')
      entry = read and read[1][2][1]
    end
  end
  if entry then
    redis.call('ZADD', ready, now + holds, host)
    redis.call('HSET', p .. ':holds', host, worker)
    local given = redis.call('XPENDING', stream, 'workers', entry[1], entry[1], 1)[1][4]
    return {host, entry[1], entry[2][2], given}
  end
  redis.call('ZREM', ready, host)
  redis.call('HDEL', p .. ':holds', host)
  redis.call('HDEL', p .. ':rests', host)
end
return {}
