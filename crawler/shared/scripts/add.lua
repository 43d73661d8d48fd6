-- Queue links that are new: what marks them as seen and what queues them is one step, or neither.
-- KEYS[1]: the crawl's prefix. ARGV: for each link: bucket and number of its fingerprint, host,
-- the link, '1' where it is a list, and the reason to ask for it again though it is known: '' for none, 'always', or the day of its change.
-- Says how many were queued for the first time.
local p = KEYS[1]
local run = redis.call('HMGET', p .. ':run', 'id', 'before')
if not run[1] then return redis.error_reply('NORUN') end
local again = p .. ':again'
local new = 0
for i = 1, #ARGV, 6 do
  local bucket, number, host, link, is_list, why = unpack(ARGV, i, i + 5)
  local first = redis.call('SADD', p .. ':seen:' .. bucket, number) == 1
  local asked = first
  local mark = bucket .. ':' .. number
  if first then
    new = new + 1
    -- What is queued in this run is not wanted again in it: lists are often wanted, and in later runs few pages are new.
    if is_list == '1' or run[2] then redis.call('SADD', again, mark) end
  elseif why == 'always' or (why ~= '' and run[2] and why >= run[2]) then
    asked = redis.call('SADD', again, mark) == 1
  end
  if asked then
    local stream = p .. ':urls:' .. host
    if redis.call('EXISTS', stream) == 0 then redis.call('XGROUP', 'CREATE', stream, 'workers', '0', 'MKSTREAM') end
    redis.call('XADD', stream, '*', 'link', link)
    redis.call('ZADD', p .. ':ready', 'NX', 0, host)
    redis.call('INCR', p .. ':left')
  end
end
return new
