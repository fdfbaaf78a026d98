/**
 * The sidebands of a relay host's calls: one for each call whose agent may hand over, from its
 * beginning to its end. It does not know what is done on them.
 */
import type { ChosenAgent } from './agents.js';
import { CallHandoffs } from './call-handoffs.js';
import { ConfigurationError } from './configuration-error.js';
import { callTrace } from './hang-ups.js';
import type { Handoff } from './handoffs.js';
import type { HandoffLogEntry } from './host-log.js';
import type { HostOptions } from './host-options.js';
import type { CallService } from './provider.js';
import { below } from './shape.js';
import { openSideband } from './sideband.js';
import { webSockets, type SocketMaker } from './web-socket.js';

export interface HostSidebands {
  /** `find` as of `CallHandoffs`. After `maxMs` it is closed in any case. */
  follow(
    id: string,
    agent: ChosenAgent,
    find: (from: string, to: string) => Handoff | undefined,
    maxMs: number,
  ): void;
  leave(id: string): void;
  close(): void;
}

type Log = (entry: Omit<HandoffLogEntry, 'provider'>) => void;

/** A call is ended by others; whoever fails at that shall not keep a socket as well. */
const AFTER_END_MS = 5_000;

/**
 * None where no agent hands over.
 *
 * @throws {ConfigurationError} where one does, and neither the service nor the platform lets a host do it
 */
export function sidebandsFor(
  { agents = {}, provider: { name } }: HostOptions,
  service: CallService,
  log: Log,
): HostSidebands | undefined {
  const from = Object.keys(agents).find((agent) => (agents[agent]?.handoffs ?? []).length > 0);
  if (from === undefined) return undefined;
  const wrong = (words: string) =>
    new ConfigurationError(`${below('agents', from)}.handoffs`, `cannot be made ${words}`);
  const sideband = service.sideband?.bind(service);
  if (!sideband) {
    throw wrong(`in relay mode with "${name}", which has no calls.sideband(). Leave them out.`);
  }
  const makeSocket = webSockets();
  if (typeof makeSocket === 'string') throw wrong(`in relay mode ${makeSocket}`);
  return hostSidebands(sideband, makeSocket, log);
}

function hostSidebands(
  address: NonNullable<CallService['sideband']>,
  makeSocket: SocketMaker,
  log: Log,
): HostSidebands {
  const open = new Map<string, () => void>();
  const leave = (id: string) => open.get(id)?.();
  return {
    follow(id, { name = '', session }, find, maxMs) {
      const startedAt = Date.now();
      const tell = (entry: Pick<HandoffLogEntry, 'outcome' | 'agent'>) =>
        void callTrace(id).then((call) => log({ ...entry, call, ms: Date.now() - startedAt }));
      const sideband = openSideband({
        address: () => address(id),
        makeSocket,
        onEvent: (event) => handoffs.observe(event),
        onLost: () => {
          leave(id);
          tell({ outcome: 'sideband-lost' });
        },
      });
      const handoffs = new CallHandoffs({
        agent: name,
        tools: session?.tools ?? [],
        find,
        send: (event) => sideband.send(event),
        log: tell,
      });
      const timer = setTimeout(() => leave(id), maxMs + AFTER_END_MS);
      // A process with nothing else to do may end.
      if (typeof timer === 'object') timer.unref();
      open.set(id, () => {
        clearTimeout(timer);
        open.delete(id);
        sideband.close();
      });
    },
    leave,
    close() {
      for (const id of [...open.keys()]) leave(id);
    },
  };
}
