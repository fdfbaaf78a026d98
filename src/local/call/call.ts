// One call: joins the peer, the codec, the voice detector, the speech worker and the session. It owns
// all but the worker and the detector, which its process keeps for the next call.
import { agentFor, splitAnswer, type Understanding } from '../agents/understanding.js';
import { FRAME_SAMPLES } from '../audio/pcm.js';
import { OpusCodec } from '../audio/opus.js';
import type { Vad } from '../audio/vad.js';
import { newId } from '../session/ids.js';
import { RealtimeSession } from '../session/realtime-session.js';
import type { ServerEvent } from '../session/server-event.js';
import type { Speech } from '../speech/speech.js';
import { scheduleFaults, sessionFaults } from './call-faults.js';
import type { CallRequest } from './call-messages.js';
import { MessageBudget } from './message-budget.js';
import { readOffer } from './offer.js';
import { Pacer } from './pacer.js';
import { Peer } from './peer.js';

export interface CallParts {
  readonly vad: Vad;
  readonly speech: Speech;
  onEnded(reason: string): void;
}

/** The service's own limit. */
const SESSION_MS = 60 * 60 * 1000;
/** A browser that got its answer and does not come is given up after this. */
const CONNECT_MS = 30_000;
/** Lost packets become silence, but no more of it than this. */
const MAX_LOST_FRAMES = 10;

export class Call {
  #parts: CallParts;
  #request: CallRequest;
  #codec = new OpusCodec();
  #pacer: Pacer;
  #peer: Peer;
  #session: RealtimeSession;
  #budget = new MessageBudget();
  #timers: NodeJS.Timeout[] = [];
  #open = false;
  #ended = false;

  /** Throws an ApiError for an offer that cannot be used, with everything closed again. */
  constructor(request: CallRequest, parts: CallParts) {
    this.#request = request;
    this.#parts = parts;
    const { vad, speech } = parts;
    vad.reset();
    this.#pacer = new Pacer(
      {
        encode: (frame) => this.#codec.encode(frame),
        send: (packet, marker) => this.#peer.sendAudio(packet, marker),
        skip: (packets) => this.#peer.skipAudio(packets),
      },
      'mute-output' in request.faults,
    );
    try {
      this.#peer = new Peer({
        offer: readOffer(request.sdp),
        negotiatedChannel: request.dcid,
        events: {
          onOpen: () => this.#opened(),
          onMessage: (text) => this.#received(text),
          onRefusedMessage: (bytes) =>
            this.#session.fail(
              'invalid_event',
              `A message of ${bytes} bytes is not accepted here.`,
            ),
          onAudio: (packet, lost) => this.#heard(packet, lost),
          onClosed: (reason) => this.end(reason),
        },
      });
    } catch (error) {
      this.#codec.close();
      throw error;
    }
    this.#session = new RealtimeSession(
      {
        emit: (event) => this.#emit(event),
        pacer: this.#pacer,
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
        expiresAt: Math.floor((Date.now() + SESSION_MS) / 1000),
        faults: sessionFaults(request.faults),
        mcpAllow: request.mcpAllow,
      },
    );
    this.#after(CONNECT_MS, () => {
      if (!this.#open) this.end('nobody connected');
    });
    this.#after(SESSION_MS, () => this.#expire());
  }

  /** The SDP answer. The call ends itself when there is none. */
  async answer(): Promise<string> {
    try {
      return await this.#peer.answer();
    } catch (error) {
      this.end('no answer could be made');
      throw error;
    }
  }

  /** Ends once, whatever the reason, and leaves nothing open. */
  end(reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#session.close();
    this.#pacer.stop();
    this.#peer.close();
    this.#codec.close();
    this.#parts.onEnded(reason);
  }

  #after(ms: number, act: () => void): void {
    this.#timers.push(setTimeout(act, ms));
  }

  #emit(event: ServerEvent): void {
    this.#send(JSON.stringify({ ...event, event_id: newId('event') }));
  }

  #send(text: string): void {
    if (!this.#ended && this.#open) this.#peer.send(text);
  }

  #opened(): void {
    if (this.#open) return;
    this.#open = true;
    this.#pacer.start();
    const { faults } = this.#request;
    if (!('no-session-created' in faults)) this.#session.open();
    this.#warmVoice();
    scheduleFaults(faults, {
      after: (ms, act) => this.#after(ms, act),
      send: (text) => this.#send(text),
      expire: () => this.#expire(),
      closeChannel: () => this.#peer.closeChannel(),
      closePeer: () => this.end('the peer was closed on demand'),
    });
  }

  /** The first words of a process take twice the time: they are made before they are asked for. */
  #warmVoice(): void {
    const { config } = this.#request;
    const [first = ''] = splitAnswer(agentFor(config).greeting);
    this.#parts.speech.speak(first, config.audio.output.speed).catch(() => undefined);
  }

  #received(text: string): void {
    const verdict = this.#budget.spend(performance.now());
    if (verdict === 'accept') this.#session.receive(text);
    else if (verdict === 'warn') {
      this.#session.fail('rate_limit_exceeded', 'Too many events: some were not looked at.');
    } else if (verdict === 'end') this.end('the client flooded the channel');
  }

  #heard(packet: Buffer, lost: number): void {
    if (this.#ended) return;
    for (let missing = Math.min(lost, MAX_LOST_FRAMES); missing > 0; missing--) {
      this.#session.hear(new Int16Array(FRAME_SAMPLES));
    }
    const samples = this.#codec.decode(packet);
    // A packet may hold 10 to 60 ms; what is no whole frame at the end is let go.
    for (let at = 0; samples && at + FRAME_SAMPLES <= samples.length; at += FRAME_SAMPLES) {
      this.#session.hear(samples.subarray(at, at + FRAME_SAMPLES));
    }
  }

  #expire(): void {
    this.#session.fail('session_expired', 'Your session hit the maximum duration of 60 minutes.');
    // The event has to leave before the channel goes.
    this.#after(100, () => this.end('the session expired'));
  }
}
