/**
 * A socket beside a live call, on which a server sees its events and may send its own: opened again
 * when it breaks, for as long as that makes sense. It holds no key for longer than a try takes, and
 * does not know what an event means.
 */
import { withDeadline } from './deadline.js';
import { HostProblem } from './problem.js';
import type { SidebandAddress } from './provider.js';
import { isObject } from './shape.js';
import type { SocketMaker } from './web-socket.js';

export interface SidebandParts {
  readonly address: () => SidebandAddress | Promise<SidebandAddress>;
  readonly makeSocket: SocketMaker;
  readonly onEvent: (event: Record<string, unknown>) => void;
  /** It broke, and is not opened again. Not after `close()`, and not at the end of the call. */
  readonly onLost: () => void;
}

export interface Sideband {
  /** @returns whether it was sent */
  send(event: object): boolean;
  close(): void;
}

/** To find out who asks, and for the service to open. */
const OPEN_MS = 5_000;
/** A call that has just begun may not be known everywhere. Each pause is twice the one before. */
const FIRST_PAUSE_MS = 250;
const TRIES = 6;
/** Opened so often in one call, something is wrong that another try does not mend. */
const MAX_OPENED = 20;
/** Events of a page may hold sound. */
const MAX_CHARACTERS = 16 * 1024 * 1024;

/** How a socket closes when the call is over, and when its time is. */
const ENDED = [1000, 1001];

export function openSideband({ address, makeSocket, onEvent, onLost }: SidebandParts): Sideband {
  const closing = new AbortController();
  let socket: WebSocket | undefined;

  function receive(data: unknown): void {
    if (typeof data !== 'string' || data.length > MAX_CHARACTERS) return;
    let event: unknown;
    try {
      event = JSON.parse(data);
    } catch {
      return;
    }
    if (isObject(event)) onEvent(event);
  }

  /** @returns the code with which it closed; `undefined` where it did not open */
  async function connect(): Promise<number | undefined> {
    const given = await withDeadline(
      OPEN_MS,
      address,
      () => new HostProblem('provider-timeout'),
      closing.signal,
    );
    const own = makeSocket(given);
    const late = setTimeout(() => own.close(), OPEN_MS);
    const stop = () => own.close();
    closing.signal.addEventListener('abort', stop);
    if (closing.signal.aborted) stop();
    try {
      return await new Promise((resolve) => {
        let opened = false;
        own.addEventListener('open', () => {
          clearTimeout(late);
          opened = true;
          socket = own;
        });
        own.addEventListener('message', ({ data }) => receive(data));
        // What went wrong is not told to a page's kind of socket. `close` follows, but not in every
        // Node where it never opened.
        own.addEventListener('error', () => {
          if (!opened) resolve(undefined);
        });
        own.addEventListener('close', ({ code }) => resolve(opened ? code : undefined));
      });
    } finally {
      clearTimeout(late);
      closing.signal.removeEventListener('abort', stop);
      socket = undefined;
    }
  }

  async function keepOpen(): Promise<void> {
    let failures = 0;
    for (let opened = 0; opened < MAX_OPENED && failures < TRIES;) {
      if (failures > 0) await pause(FIRST_PAUSE_MS * 2 ** (failures - 1), closing.signal);
      if (closing.signal.aborted) return;
      const code = await connect().catch(() => undefined);
      if (code !== undefined && ENDED.includes(code)) return;
      if (code !== undefined) opened += 1;
      failures = code === undefined ? failures + 1 : 1;
    }
    if (!closing.signal.aborted) onLost();
  }

  void keepOpen();
  return {
    send(event) {
      if (socket?.readyState !== 1) return false;
      socket.send(JSON.stringify(event));
      return true;
    },
    close: () => closing.abort(),
  };
}

/** Ends early, and without an error, when it is aborted. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });
}
