/**
 * `voice-agent-element/host/redis`: what several hosts share. Needs the package `redis`.
 */
export { redisStore, type RedisStore, type RedisStoreOptions } from './redis-limits.js';
export { redisCalls, type RedisCalls, type RedisCallsOptions } from './redis-calls.js';
