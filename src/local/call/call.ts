// One call: joins what carries it, the voice detector, the speech worker and the session. It owns all
// but the worker and the detector, which its process keeps for the next call.
import { agentFor, splitAnswer, type Understanding } from '../agents/understanding.js';
import type { Vad } from '../audio/vad.js';
import { RealtimeSession } from '../session/realtime-session.js';
import type { ServerEvent } from '../session/server-event.js';
import type { Speech } from '../speech/speech.js';
import { scheduleFaults, sessionFaults } from './call-faults.js';
import { OWN_LINE, type CallRequest, type HowEnded } from './call-messages.js';
import { passesFilter } from './event-filter.js';
import { MessageBudget } from './message-budget.js';
import { eventText, Sidebands } from './sidebands.js';
import { SocketTransport } from './socket-transport.js';
import type { Transport, TransportEvents } from './transport.js';
import { WebRtcTransport } from './webrtc-transport.js';

export interface CallParts {
  readonly vad: Vad;
  readonly speech: Speech;
  onEnded(reason: string, how: HowEnded): void;
  /** To sockets of the front process: the call's own, or sidebands. */
  toLines(lines: readonly number[], text: string): void;
  onDropped(line: number): void;
}

/** The service's own limit. */
const SESSION_MS = 60 * 60 * 1000;
/** A browser that got its answer and does not come is given up after this. */
const CONNECT_MS = 30_000;

export class Call {
  #parts: CallParts;
  #request: CallRequest;
  #transport: Transport;
  #append: ((audio: string) => void) | undefined;
  #sidebands: Sidebands;
  #session: RealtimeSession;
  #budget = new MessageBudget();
  #timers: NodeJS.Timeout[] = [];
  #open = false;
  #ended = false;

  /** Throws an ApiError for an offer that cannot be used, with everything closed again. */
  constructor(request: CallRequest, parts: CallParts) {
    const sessionMs = request.faults['session-limit'] ?? SESSION_MS;
    this.#request = request;
    this.#parts = parts;
    const { vad, speech } = parts;
    vad.reset();
    this.#sidebands = new Sidebands((lines, text) => parts.toLines(lines, text));
    const events: TransportEvents = {
      onOpen: () => this.#opened(),
      onMessage: (text) => this.#fromClient(text),
      onRefusedMessage: (bytes) =>
        this.#session.fail('invalid_event', `A message of ${bytes} bytes is not accepted here.`),
      onFrame: (frame) => {
        if (!this.#ended) this.#session.hear(frame);
      },
      onClosed: (reason) => this.end(reason),
    };
    const { offer } = request;
    const mute = 'mute-output' in request.faults;
    if (offer) this.#transport = new WebRtcTransport({ ...offer, mute }, events);
    else {
      const send = (text: string): void => parts.toLines([OWN_LINE], text);
      const transport = new SocketTransport({ mute, send }, events);
      this.#append = transport.append;
      this.#transport = transport;
    }
    this.#session = new RealtimeSession(
      {
        emit: (event) => this.#emit(event),
        makeSpeaker: this.#transport.makeSpeaker,
        append: this.#append,
        vad,
        ear: {
          listenFor: ({ sentences, agent }: Understanding, requests) => {
            const words = agent.pronunciations;
            speech.listenFor({ sentences: [...sentences.keys()], optional: requests, words });
          },
          hear: (samples) => speech.hear(samples),
          cancel: () => speech.cancel(),
          finish: () => speech.finish(),
        },
        speak: (text, speed) => speech.speak(text, speed),
      },
      {
        config: request.config,
        expiresAt: Math.floor((Date.now() + sessionMs) / 1000),
        faults: sessionFaults(request.faults),
        mcpAllow: request.mcpAllow,
      },
    );
    this.#after(CONNECT_MS, () => {
      if (!this.#open) this.end('nobody connected');
    });
    this.#after(sessionMs, () => this.#expire());
  }

  /** The SDP answer. Without one the call is to be ended. */
  answer(): Promise<string> {
    return this.#transport.answer();
  }

  /** A socket joins: the one that carries the call, or a sideband. */
  attach(line: number): void {
    if (line === OWN_LINE) this.#opened();
    else this.#sidebands.add(line, this.#open ? this.#session.created() : undefined);
  }

  detach(line: number): void {
    if (line === OWN_LINE) this.end('the client closed its socket');
    else this.#sidebands.remove(line);
  }

  /** A message of a socket, undefined where it was no text. */
  received(line: number, text: string | undefined): void {
    if (line === OWN_LINE) return this.#fromClient(text);
    if (this.#sidebands.received(line, text, this.#session)) return;
    this.#sidebands.remove(line);
    this.#parts.onDropped(line);
  }

  /** Ends once, whatever the reason, and leaves nothing open. */
  end(reason: string, how: HowEnded = 'closed'): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#session.close();
    this.#transport.close();
    this.#parts.onEnded(reason, how);
  }

  #after(ms: number, act: () => void): void {
    this.#timers.push(setTimeout(act, ms));
  }

  #emit(event: ServerEvent): void {
    const { offer } = this.#request;
    this.#send(eventText(event), !offer?.isFiltered || passesFilter(event.type));
  }

  #send(text: string, toPage = true): void {
    if (this.#ended) return;
    if (this.#open && toPage) this.#transport.send(text);
    this.#sidebands.send(text);
  }

  #opened(): void {
    if (this.#open) return;
    this.#open = true;
    this.#transport.start();
    const { faults } = this.#request;
    if (!('no-session-created' in faults)) this.#session.open();
    this.#warmVoice();
    scheduleFaults(faults, {
      after: (ms, act) => this.#after(ms, act),
      send: (text) => this.#send(text),
      expire: () => this.#expire(),
      closeChannel: () => this.#transport.closeChannel(),
      closePeer: () => this.end('the peer was closed on demand'),
    });
  }

  /** The first words of a process take twice the time: they are made before they are asked for. */
  #warmVoice(): void {
    const { config } = this.#request;
    const [first = ''] = splitAnswer(agentFor(config).greeting);
    this.#parts.speech.speak(first, config.audio.output.speed).catch(() => undefined);
  }

  #fromClient(text: string | undefined): void {
    const verdict = this.#budget.spend(performance.now());
    if (verdict === 'accept') this.#session.receive(text);
    else if (verdict === 'warn') {
      this.#session.fail('rate_limit_exceeded', 'Too many events: some were not looked at.');
    } else if (verdict === 'end') this.end('the client flooded the channel');
  }

  #expire(): void {
    this.#session.fail('session_expired', 'Your session hit the maximum duration of 60 minutes.');
    // The event has to leave before the channel goes.
    this.#after(100, () => this.end('the session expired', 'expired'));
  }
}
