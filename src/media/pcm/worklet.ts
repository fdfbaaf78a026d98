/**
 * What runs beside the page, in the audio thread: one processor that listens to the microphone and one that
 * plays the agent's voice. Built as a file of its own, which a page's `script-src` allows as it allows the
 * script. They know samples; events are for others.
 */
import { PCM_RATE, toFloat32, toInt16 } from './format.js';
import { Playout } from './playout.js';
import { Resampler } from './resampler.js';

/** Of the page's side, by the names of the processors. */
export type ToPlayer =
  | { readonly type: 'add'; readonly part: number; readonly samples: Int16Array }
  | { readonly type: 'end'; readonly part: number }
  | { readonly type: 'clear' };

/** 40 ms: what goes out at once. */
const CHUNK = PCM_RATE / 25;

/** 120 ms: as much as packets are late on a usual network. */
const AHEAD = PCM_RATE * 0.12;

/** Five minutes: more than the longest answer. */
const LIMIT = PCM_RATE * 300;

/** The names of an audio worklet's scope, which TypeScript's library of the page does not have. */
declare const sampleRate: number;
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(name: string, processor: typeof AudioWorkletProcessor): void;

class Recorder extends AudioWorkletProcessor {
  readonly #resampler = new Resampler(sampleRate, PCM_RATE);
  #chunk = new Float32Array(CHUNK);
  #filled = 0;

  process([input]: Float32Array[][]): boolean {
    const [channel] = input ?? [];
    // Without a microphone there is no channel.
    if (!channel) return true;
    for (const sample of this.#resampler.process(channel)) {
      this.#chunk[this.#filled++] = sample;
      if (this.#filled < CHUNK) continue;
      const samples = toInt16(this.#chunk);
      this.port.postMessage(samples, [samples.buffer]);
      this.#filled = 0;
    }
    return true;
  }
}

class Player extends AudioWorkletProcessor {
  readonly #playout = new Playout(AHEAD, LIMIT, (report) => this.port.postMessage(report));
  #resampler = new Resampler(PCM_RATE, sampleRate);
  /** At the context's rate, and not played yet. */
  #ready = new Float32Array(0);

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<ToPlayer>) => {
      if (data.type === 'add') this.#playout.add(data.part, toFloat32(data.samples));
      else if (data.type === 'end') this.#playout.end(data.part);
      else this.#clear();
    };
  }

  process(_inputs: Float32Array[][], [output]: Float32Array[][]): boolean {
    const [channel] = output ?? [];
    if (!channel) return true;
    while (this.#ready.length < channel.length) {
      const next = new Float32Array(Math.ceil((channel.length * PCM_RATE) / sampleRate));
      this.#playout.read(next);
      const more = this.#resampler.process(next);
      const ready = new Float32Array(this.#ready.length + more.length);
      ready.set(this.#ready);
      ready.set(more, this.#ready.length);
      this.#ready = ready;
    }
    channel.set(this.#ready.subarray(0, channel.length));
    this.#ready = this.#ready.slice(channel.length);
    return true;
  }

  #clear(): void {
    this.#playout.clear();
    // Nothing of what was, not even the filter's last half millisecond.
    this.#resampler = new Resampler(PCM_RATE, sampleRate);
    this.#ready = new Float32Array(0);
  }
}

registerProcessor('voice-agent-recorder', Recorder);
registerProcessor('voice-agent-player', Player);
