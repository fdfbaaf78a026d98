// Runs in the page before its own scripts: counts what a call opens, listens to its events, and taps
// the sound of both sides. It is sent there as text, so it uses nothing from outside itself.

/** An event of the page as the test gets it. */
export interface PageEvent {
  readonly name: string;
  /** `performance.now()` of the page, ms. */
  readonly at: number;
  readonly detail: EventDetail;
  /** What was open in the very moment of the event. */
  readonly open: Open;
}

/** What tests look at in the details of all events; each event has only its own. */
export interface EventDetail {
  readonly state: {
    readonly status: string;
    readonly reason?: string;
    readonly turn?: string;
    readonly muted?: boolean;
    readonly voice?: boolean | undefined;
    readonly quality?: string;
    readonly waitingFor?: readonly string[];
  };
  readonly error?: { readonly code: string; readonly message: string };
  readonly fatal: boolean;
  readonly reason: string;
  readonly durationMs: number;
  readonly role: string;
  readonly text: string;
  readonly final: boolean;
  readonly interrupted: boolean;
  readonly type: string;
  readonly response_id: string;
  readonly violatedDirective: string;
  readonly to: string;
}

export interface Open {
  readonly microphones: number;
  readonly connections: number;
  readonly contexts: number;
  /** Audio elements that still hold a stream. */
  readonly speakers: number;
  readonly sockets: number;
}

export interface Probe {
  open(): Open;
  /** How many were opened so far, closed ones included. */
  readonly opened: { microphones: number; connections: number; contexts: number };
  /** Each frame of a side: when it came and how loud its loudest sample was, 0 to 1. */
  readonly levels: Record<Side, (readonly [at: number, peak: number])[]>;
  /** What was tapped of a side since `since`, as base64 of 16 bit samples. */
  sound(side: Side, since: number): { sampleRate: number; base64: string };
  /** What the service reported of the visitor's packets on the newest connection; undefined before. */
  reported(): Promise<{ packetsLost: number; roundTripTime: number } | undefined>;
}

/** The visitor's voice as the microphone gives it, muted or not; the agent's as it arrives. */
export type Side = 'visitor' | 'agent';

declare global {
  var probe: Probe;
  /** Given by the test: takes each event as JSON. */
  var probeEvent: (event: string) => void;
}

export function installProbe(names: readonly string[]): void {
  const tracks: MediaStreamTrack[] = [];
  const connections: RTCPeerConnection[] = [];
  const contexts: AudioContext[] = [];
  const speakers: HTMLMediaElement[] = [];
  const sockets: WebSocket[] = [];
  type Frame = { at: number; sampleRate: number; samples: Int16Array };
  const frames: Record<Side, Frame[]> = { visitor: [], agent: [] };
  const levels: Probe['levels'] = { visitor: [], agent: [] };

  const open = (): Open => ({
    microphones: tracks.filter(({ readyState }) => readyState === 'live').length,
    connections: connections.filter(({ connectionState }) => connectionState !== 'closed').length,
    contexts: contexts.filter(({ state }) => state !== 'closed').length,
    speakers: speakers.filter(({ srcObject }) => srcObject !== null).length,
    sockets: sockets.filter(({ readyState }) => readyState < WebSocket.CLOSING).length,
  });

  /** Chromium only: Firefox has it in workers alone, and there the loudspeaker itself is recorded. */
  const tap = async (side: Side, track: MediaStreamTrack): Promise<void> => {
    const Processor = (
      globalThis as unknown as {
        MediaStreamTrackProcessor?: new (of: object) => { readable: ReadableStream<AudioData> };
      }
    ).MediaStreamTrackProcessor;
    if (!Processor) return;
    const reader = new Processor({ track }).readable.getReader();
    for (;;) {
      const { done, value: data } = await reader.read();
      if (done) return;
      const values = new Float32Array(data.numberOfFrames);
      data.copyTo(values, { planeIndex: 0, format: 'f32-planar' });
      const { sampleRate } = data;
      data.close();
      const at = performance.now();
      let peak = 0;
      const samples = Int16Array.from(values, (value) => {
        peak = Math.max(peak, Math.abs(value));
        return Math.max(-32_768, Math.min(32_767, Math.round(value * 32_768)));
      });
      frames[side].push({ at, sampleRate, samples });
      levels[side].push([at, peak]);
    }
  };

  const devices = navigator.mediaDevices as MediaDevices | undefined;
  const getUserMedia = devices?.getUserMedia.bind(devices);
  if (devices && getUserMedia) {
    devices.getUserMedia = async (constraints) => {
      const stream = await getUserMedia(constraints);
      for (const track of stream.getAudioTracks()) {
        tracks.push(track);
        // The copy hears the visitor while the call's own track is muted, and ends with it.
        const copy = track.clone();
        const stop = track.stop.bind(track);
        track.stop = () => {
          copy.stop();
          stop();
        };
        void tap('visitor', copy);
      }
      return stream;
    };
  }
  globalThis.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      connections.push(this);
      this.addEventListener('track', ({ track }) => void tap('agent', track));
    }
  };
  globalThis.WebSocket = class extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      sockets.push(this);
    }
  };
  // Over a WebSocket the page makes the agent's voice itself.
  globalThis.MediaStreamAudioDestinationNode = class extends MediaStreamAudioDestinationNode {
    constructor(context: AudioContext, options?: AudioNodeOptions) {
      super(context, options);
      for (const track of this.stream.getAudioTracks()) void tap('agent', track.clone());
    }
  };
  globalThis.AudioContext = class extends AudioContext {
    constructor(options?: AudioContextOptions) {
      super(options);
      contexts.push(this);
    }
  };
  globalThis.Audio = class extends Audio {
    constructor(address?: string) {
      super(address);
      speakers.push(this);
    }
  };

  const plain = (_key: string, value: unknown): unknown => {
    if (value instanceof Set) return [...(value as Set<string>)];
    if (!(value instanceof Error)) return value;
    return { code: (value as Error & { code?: string }).code, message: value.message };
  };
  const tell = (name: string, detail: unknown): void => {
    probeEvent(JSON.stringify({ name, at: performance.now(), detail, open: open() }, plain));
  };
  for (const name of names) {
    addEventListener(name, (event) => tell(name, (event as CustomEvent<unknown>).detail));
  }
  addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
    tell('securitypolicyviolation', { violatedDirective, blockedURI });
  });

  globalThis.probe = {
    open,
    get opened() {
      return {
        microphones: tracks.length,
        connections: connections.length,
        contexts: contexts.length,
      };
    },
    levels,
    async reported() {
      for (const entry of (await connections.at(-1)?.getStats())?.values() ?? []) {
        const { type, packetsLost, roundTripTime } = entry as Record<string, unknown>;
        if (type === 'remote-inbound-rtp') {
          return { packetsLost: packetsLost as number, roundTripTime: roundTripTime as number };
        }
      }
      return undefined;
    },
    sound(side, since) {
      const wanted = frames[side].filter(({ at }) => at >= since);
      const bytes = wanted.flatMap(({ samples }) => [...new Uint8Array(samples.buffer)]);
      let text = '';
      for (let at = 0; at < bytes.length; at += 8_192) {
        text += String.fromCharCode(...bytes.slice(at, at + 8_192));
      }
      return { sampleRate: wanted[0]?.sampleRate ?? 0, base64: btoa(text) };
    },
  };
}
