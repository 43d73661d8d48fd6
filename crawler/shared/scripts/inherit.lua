#!lua flags=allow-oom
-- A worker is known to be dead: its hosts may be asked after a pause, and whoever is given one finds what was in hand.
-- KEYS[1]: the crawl's prefix. ARGV: the dead worker, seconds of pause.
local p = KEYS[1]
local time = redis.call('TIME')
local free = time[1] + time[2] / 1e6 + tonumber(ARGV[2])
local held = redis.call('HGETALL', p .. ':holds')
for i = 1, #held, 2 do
  if held[i + 1] == ARGV[1] then
    redis.call('HDEL', p .. ':holds', held[i])
    redis.call('ZADD', p .. ':ready', free, held[i])
  end
end
return 0
