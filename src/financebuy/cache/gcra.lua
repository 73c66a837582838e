-- The generic cell rate algorithm. ARGV: microseconds a request costs, microseconds of burst, how many requests, and 1
-- to count them, 0 only to ask.
-- Returns 0 when they may pass, else the microseconds to wait.
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local arrival = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now) + ARGV[1] * ARGV[3]
local early = arrival - ARGV[2] - now
if early > 0 then
    return math.ceil(early)
end
if ARGV[4] == '1' then
    redis.call('SET', KEYS[1], string.format('%.0f', arrival), 'PX', math.ceil((arrival - now) / 1000) + 1)
end
return 0
