// A Realtime client over a WebSocket, as a server would be one: the `openai` package's own, with the
// sound it was sent and the events it saw. The package speaks TLS only; the local service does not.
import { connect } from 'node:net';
import OpenAI from 'openai';
import { OpenAIRealtimeWS } from 'openai/realtime/ws';
import type { RealtimeClientEvent, RealtimeServerEvent } from 'openai/resources/realtime/realtime';
import { concatSamples, resample, type Pcm } from '../../src/local/audio/pcm.js';
import { Waiting } from './waiting.js';

const RATE = 24_000;
/** Sound of one event: 100 ms. */
const PART = RATE / 10;

export interface SocketOptions {
  /** `{ model }` for a session of its own, `{ callID }` for a sideband. */
  readonly to: { readonly model: string } | { readonly callID: string };
  readonly key?: string;
  readonly fault?: string;
}

export class RealtimeSocket {
  readonly events: RealtimeServerEvent[] = [];
  readonly client: OpenAIRealtimeWS;
  /** Set once it is closed. */
  closedWith: { readonly code: number; readonly reason: string } | undefined;
  /** What went wrong that was no event of the service. */
  failure: string | undefined;
  readonly #waiting = new Waiting(() => this.events.map(({ type }) => type));

  constructor(service: string, { to, key = 'test', fault }: SocketOptions) {
    const { hostname, port, host } = new URL(service);
    const openai = new OpenAI({
      apiKey: key,
      baseURL: `https://${host}/v1${fault ? `?fault=${fault}` : ''}`,
    });
    this.client = new OpenAIRealtimeWS(
      { ...to, options: { createConnection: () => connect(Number(port), hostname) } },
      openai,
    );
    this.client.on('event', (event) => {
      this.events.push(event);
      this.#waiting.changed();
    });
    this.client.on('error', (error) => {
      if (!error.error) this.failure = error.message;
      this.#waiting.changed();
    });
    this.client.socket.on('close', (code, reason) => {
      this.closedWith = { code, reason: reason.toString() };
      this.#waiting.changed();
    });
  }

  send(event: RealtimeClientEvent | Record<string, unknown>): void {
    this.client.send(event as RealtimeClientEvent);
  }

  /** Sends a recording and `silenceMs` after it, at once: time is what has been sent. */
  say(pcm: Pcm, silenceMs = 1_000): void {
    const speech = resample(pcm, RATE).samples;
    const all = concatSamples([speech, new Int16Array((silenceMs * RATE) / 1000)]);
    for (let at = 0; at < all.length; at += PART) {
      const { buffer, byteOffset, byteLength } = all.subarray(at, at + PART);
      const audio = Buffer.from(buffer, byteOffset, byteLength).toString('base64');
      this.send({ type: 'input_audio_buffer.append', audio });
    }
  }

  /** The sound of the events from `from` on. */
  heard(from = 0): Pcm {
    const parts = this.events.slice(from).flatMap((event) => {
      if (event.type !== 'response.output_audio.delta') return [];
      const bytes = Buffer.from(event.delta, 'base64');
      return [
        new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)),
      ];
    });
    return { samples: concatSamples(parts), sampleRate: RATE };
  }

  waitFor<T>(what: string, found: () => T | undefined | false, ms = 10_000): Promise<T> {
    return this.#waiting.until(what, found, ms);
  }

  /** The first event of a type, counted from `from` in `events`. */
  event<T extends RealtimeServerEvent['type']>(
    type: T,
    { from = 0, ms = 10_000 }: { from?: number; ms?: number } = {},
  ): Promise<Extract<RealtimeServerEvent, { type: T }>> {
    const isIt = (event: RealtimeServerEvent): event is Extract<RealtimeServerEvent, { type: T }> =>
      event.type === type;
    return this.waitFor(type, () => this.events.slice(from).find(isIt), ms);
  }

  /** The types of the events, without deltas. */
  types(from = 0): string[] {
    return this.events
      .slice(from)
      .map(({ type }) => type)
      .filter((type) => !type.endsWith('.delta'));
  }

  close(): void {
    this.client.close();
  }
}
