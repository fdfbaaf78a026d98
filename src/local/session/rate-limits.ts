// The limits that the service tells after each response: plausible ones, which nobody holds.
import type { RealtimeResponseUsage } from 'openai/resources/realtime/realtime';
import type { ServerEvent } from './server-event.js';

const TOKENS = 200_000;

export function rateLimits(usage: RealtimeResponseUsage): ServerEvent {
  const remaining = TOKENS - (usage.total_tokens ?? 0);
  return {
    type: 'rate_limits.updated',
    rate_limits: [
      { name: 'requests', limit: 1_000, remaining: 999, reset_seconds: 0.06 },
      { name: 'tokens', limit: TOKENS, remaining, reset_seconds: 1 },
    ],
  };
}
