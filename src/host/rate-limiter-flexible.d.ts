// `rate-limiter-flexible` types its main file only, and that loads `node:cluster`, which edge
// runtimes lack. The files behind it are plain JavaScript.
declare module 'rate-limiter-flexible/lib/RateLimiterMemory.js' {
  export { RateLimiterMemory as default } from 'rate-limiter-flexible';
}
declare module 'rate-limiter-flexible/lib/RateLimiterRedis.js' {
  export { RateLimiterRedis as default } from 'rate-limiter-flexible';
}
