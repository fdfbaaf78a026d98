/**
 * What happens to live calls within Redis, each in one step, so that hosts cannot get in each other's
 * way. Redis's clock counts: those of hosts differ. It knows no connection.
 *
 * Keys, in this order: when each call or place is due, what is known of each call, whose clock and
 * memory this is (a Redis that lost everything is another one), and one visitor's calls.
 */
import { FIRST_LEASE_MS, LONGEST_LEASE_MS, PLACE_MS } from './live-calls.js';

const COMMON = `
local due, data, name, own = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function known(id)
  local text = redis.call('HGET', data, id)
  return text and cjson.decode(text)
end

local function give(call)
  call.tries = call.tries + 1
  local lease = math.min(${LONGEST_LEASE_MS}, ${FIRST_LEASE_MS} * 2 ^ (call.tries - 1))
  redis.call('ZADD', due, now + lease, call.id)
  local text = cjson.encode(call)
  redis.call('HSET', data, call.id, text)
  return text
end
`;

/** place, total, how many calls make room (0: none do) → 1 or 0 */
export const RESERVE = `${COMMON}
local place, total, enough = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local replaces = enough > 0 and redis.call('LLEN', own) >= enough
if redis.call('ZCARD', due) >= total and not replaces then return 0 end
redis.call('ZADD', due, now + ${PLACE_MS}, place)
return 1
`;

/** place, id, visitor or nothing, ms, how many calls one may have, a new name → the name, calls */
export const BEGIN = `${COMMON}
local place, id, visitor, ms, most = ARGV[1], ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5])
redis.call('SET', name, ARGV[6], 'NX')
redis.call('ZREM', due, place)
redis.call('ZADD', due, now + ms, id)
local call = { id = id, visitor = visitor, startedAt = now, cause = 'max-duration', tries = 0 }
redis.call('HSET', data, id, cjson.encode(call))
local surplus = {}
if visitor ~= '' then
  local many = redis.call('RPUSH', own, id) - most
  -- Longer than a call may last.
  redis.call('PEXPIRE', own, 86400000)
  for _ = 1, many do
    local oldest = known(redis.call('LPOP', own))
    if oldest and oldest.tries == 0 then
      oldest.cause = 'replaced'
      table.insert(surplus, give(oldest))
    end
  end
end
return { redis.call('GET', name), surplus }
`;

/** id, visitor or nothing → the name, and the call or \`ending\` or \`unknown\` */
export const CLAIM = `${COMMON}
local call = known(ARGV[1])
local answer = 'unknown'
if call and call.visitor == ARGV[2] then
  answer = 'ending'
  if call.tries == 0 then
    call.cause = 'page'
    answer = give(call)
  end
end
return { redis.call('GET', name) or '', answer }
`;

/** most, ids… → the name, ms until the next is due or -1, calls, those of the ids that are not there */
export const CLAIM_DUE = `${COMMON}
local calls = {}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', due, '-inf', now, 'LIMIT', 0, ARGV[1])) do
  local call = known(id)
  if call then table.insert(calls, give(call)) else redis.call('ZREM', due, id) end
end
local missing = {}
for index = 2, #ARGV do
  if redis.call('HEXISTS', data, ARGV[index]) == 0 then table.insert(missing, ARGV[index]) end
end
local first = redis.call('ZRANGE', due, 0, 0, 'WITHSCORES')
local wait = first[2] and math.max(0, first[2] - now) or -1
return { redis.call('GET', name) or '', wait, calls, missing }
`;

/** id */
export const REMOVE = `
redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('HDEL', KEYS[2], ARGV[1])
redis.call('LREM', KEYS[4], 1, ARGV[1])
return 1
`;
