"""What Redis decides by itself, in one step and by its own clock: Lua scripts."""

# KEYS[1] a hash of instance -> "value:until"; ARGV: instance, value, ttl in seconds.
# Scripts and not commands one after the other: between two of them another instance may come, and a
# round trip each costs 0.1 ms. The time is Redis', because those of the instances differ.
# The key lives as long as its longest share: a short one must not take the others along.
SET_SHARE = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1e6
if tonumber(ARGV[2]) == 0 then
  redis.call('HDEL', KEYS[1], ARGV[1])
else
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[2] .. ':' .. string.format('%.3f', now + ARGV[3]))
  local left = redis.call('PTTL', KEYS[1])
  redis.call('PEXPIRE', KEYS[1], math.max(left, math.ceil(ARGV[3] * 1000)))
end
"""

# KEYS[1] as above. Returns the sum of the shares that still count.
SUM_SHARES = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1e6
local sum = 0
for index, share in ipairs(redis.call('HVALS', KEYS[1])) do
  local colon = string.find(share, ':', 1, true)
  if tonumber(string.sub(share, colon + 1)) > now then
    sum = sum + tonumber(string.sub(share, 1, colon - 1))
  end
end
return sum
"""

# KEYS: sorted sets of grants by time; ARGV: of each its limit, its window in seconds, a name for
# this grant, and who asks: of one asker those after a refused one are not tried. Returns of each
# the seconds to wait ('0' when granted), how many are left, and the seconds in which no more than
# these are granted; of those that were not tried nothing. Numbers with a fraction are strings:
# Redis cuts off what Lua returns. A refused try costs nothing.
# A sorted set and not a counter of fixed windows: at the edge of two windows a counter grants twice
# the limit within a moment.
TAKE_ALLOWANCES = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1e6

local function take(key, limit, window, name)
  if limit <= 0 then return {tostring(window), 0, tostring(window)} end
  redis.call('ZREMRANGEBYSCORE', key, '-inf', string.format('%.6f', now - window))
  local count = redis.call('ZCARD', key)
  if count < limit then
    redis.call('ZADD', key, string.format('%.6f', now), name)
    redis.call('PEXPIRE', key, math.ceil(window * 1000))
    local first = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')
    return {'0', limit - count - 1, string.format('%.6f', math.max(0, first[2] + window - now))}
  end
  local oldest = redis.call('ZRANGE', key, count - limit, count - limit, 'WITHSCORES')
  local wait = string.format('%.6f', math.max(0.001, oldest[2] + window - now))
  return {wait, 0, wait}
end

local taken, refused = {}, ''
for index, key in ipairs(KEYS) do
  local limit, window, name, asker = unpack(ARGV, index * 4 - 3, index * 4)
  if asker == refused then
    taken[index] = {}
  else
    taken[index] = take(key, tonumber(limit), tonumber(window), name)
    if taken[index][1] ~= '0' then refused = asker end
  end
end
return taken
"""
