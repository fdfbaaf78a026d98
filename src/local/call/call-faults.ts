// The faults that happen during a call: at their time after the channel opened, or within its session.
import type { Faults } from '../faults.js';
import type { SessionFaults } from '../session/session-start.js';

export interface FaultTargets {
  after(ms: number, act: () => void): void;
  send(text: string): void;
  expire(): void;
  closeChannel(): void;
  closePeer(): void;
}

const FLOOD_EVENTS = 2_000;
const LONG_FLOOD_EVENTS = 20_000;
const LONG_FLOOD_EVERY_MS = 20;
const LONG_FLOOD_AT_ONCE = 100;

export function scheduleFaults(faults: Faults, targets: FaultTargets): void {
  const at = (ms: number | undefined, act: () => void): void => {
    if (ms !== undefined) targets.after(ms, act);
  };
  at(faults['close-channel'], () => targets.closeChannel());
  at(faults['close-peer'], () => targets.closePeer());
  at(faults.crash, () => process.kill(process.pid, 'SIGKILL'));
  at(faults.expire, () => targets.expire());
  at(faults['server-error'], () =>
    targets.send(
      JSON.stringify({
        type: 'error',
        event_id: 'event_fault_server_error',
        error: {
          type: 'server_error',
          code: null,
          message: 'The server had an error while processing your request. Sorry about that!',
          param: null,
          event_id: null,
        },
      }),
    ),
  );
  at(faults['malformed-event'], () => {
    for (const text of ['{"type":"response.do', 'null', '[]', '{}', '{"type":7}', '']) {
      targets.send(text);
    }
  });
  at(faults['unknown-event'], () =>
    targets.send(
      JSON.stringify({
        type: 'session.mood_changed',
        event_id: 'event_fault_unknown',
        mood: 'blue',
      }),
    ),
  );
  at(faults.flood, () => {
    for (let number = 0; number < FLOOD_EVENTS; number++) {
      targets.send(
        JSON.stringify({ type: 'flood.drop', event_id: `event_flood_${number}`, number }),
      );
    }
  });
  const long = faults['long-flood'];
  for (let sent = 0; long !== undefined && sent < LONG_FLOOD_EVENTS; sent += LONG_FLOOD_AT_ONCE) {
    const ms = long + (sent / LONG_FLOOD_AT_ONCE) * LONG_FLOOD_EVERY_MS;
    targets.after(ms, () => {
      for (const text of flood(sent)) targets.send(text);
    });
  }
}

/** The part of a flood that begins with this number: words of an answer, and what nobody knows. */
function* flood(first: number): Generator<string> {
  for (let number = first; number < first + LONG_FLOOD_AT_ONCE; number++) {
    const event_id = `event_flood_${number}`;
    const words = { item_id: `item_flood_${number % 50}`, delta: 'word '.repeat(10) };
    yield JSON.stringify(
      number % 2
        ? { type: 'response.output_audio_transcript.delta', event_id, ...words }
        : { type: 'flood.drop', event_id, padding: '.'.repeat(120) },
    );
  }
}

export function sessionFaults(faults: Faults): SessionFaults {
  const quota = {
    status: 'failed',
    code: 'insufficient_quota',
    message: 'You exceeded your current quota, please check your plan and billing details.',
  } as const;
  const filtered = { status: 'incomplete', reason: 'content_filter' } as const;
  return {
    response: 'quota' in faults ? quota : 'content-filter' in faults ? filtered : undefined,
    remote: 'mcp-list-fail' in faults ? 'list' : 'mcp-fail' in faults ? 'call' : undefined,
  };
}
