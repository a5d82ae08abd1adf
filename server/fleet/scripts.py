"""What Redis decides by itself, in one step: Lua scripts."""

# The next job for a worker that has room: one that another worker took and never said so, else
# the first of the queue. Jobs whose instance is gone are thrown away.
# KEYS: streams, the most urgent first; ARGV: group, worker, least idle time in ms of a job that
# was left behind, prefix of the keys of living instances. Returns {stream, id, fields} or nothing.
# Before Redis 7 XAUTOCLAIM gives deleted entries too, as nothing (hence LEAST in diagnostics.py).
TAKE = """
local function next_of(stream)
  local left = redis.call('XAUTOCLAIM', stream, ARGV[1], ARGV[2], ARGV[3], '0', 'COUNT', 1)
  if #left[2] > 0 then return left[2][1] end
  local new = redis.call(
    'XREADGROUP', 'GROUP', ARGV[1], ARGV[2], 'COUNT', 1, 'STREAMS', stream, '>')
  return new and new[1][2][1]
end
for _, stream in ipairs(KEYS) do
  local entry = next_of(stream)
  while entry do
    if redis.call('EXISTS', ARGV[4] .. entry[2][2]) == 1 then
      return {stream, entry[1], entry[2]}
    end
    redis.call('XACK', stream, ARGV[1], entry[1])
    redis.call('XDEL', stream, entry[1])
    entry = next_of(stream)
  end
end
return false
"""
