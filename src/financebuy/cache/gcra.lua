-- The generic cell rate algorithm, for any number of keys. ARGV, for each key: microseconds a request costs,
-- microseconds of burst, how many requests, and 1 to count them, 0 only to ask.
-- Returns for each key 0 when they may pass, else the microseconds to wait.
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local waits = {}
for n, key in ipairs(KEYS) do
    local cost, burst, count, counting = unpack(ARGV, 4 * n - 3, 4 * n)
    local arrival = math.max(tonumber(redis.call('GET', key) or now), now) + cost * count
    local early = arrival - burst - now
    if early > 0 then
        waits[n] = math.ceil(early)
    else
        waits[n] = 0
        if counting == '1' then
            redis.call('SET', key, string.format('%.0f', arrival), 'PX', math.ceil((arrival - now) / 1000) + 1)
        end
    end
end
return waits
