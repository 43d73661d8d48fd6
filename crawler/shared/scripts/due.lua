#!lua flags=allow-oom
-- KEYS[1]: the crawl's prefix. Says the seconds until something may be asked for, as text, or '' where nothing waits;
-- a second argument ends the run if that is more than so many seconds, or nothing.
local p = KEYS[1]
if redis.call('EXISTS', p .. ':run') == 0 then return redis.error_reply('NORUN') end
local time = redis.call('TIME')
local now = time[1] + time[2] / 1e6
local first
for _, queue in ipairs({p .. ':ready', p .. ':later'}) do
  local at = redis.call('ZRANGE', queue, 0, 0, 'WITHSCORES')[2]
  if at then first = math.min(first or math.huge, math.max(0, tonumber(at) - now)) end
end
if ARGV[1] and (not first or first > tonumber(ARGV[1])) then redis.call('HSET', p .. ':run', 'state', 'finished') end
return first and string.format('%.6f', first) or ''
