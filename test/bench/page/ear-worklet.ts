// Hears both sides of a call on one audio clock, so that a busy page cannot blur what is measured:
// says how long after the visitor's last sound the agent's first one came.

/** In seconds of the audio clock. */
export interface HeardAnswer {
  readonly speechEnd: number;
  readonly firstSound: number;
}

declare const currentTime: number;
declare const sampleRate: number;
declare function registerProcessor(name: string, processor: unknown): void;
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}

/** About −40 dBFS: above what a microphone hears of a silent room, below the softest syllable. */
const VISITOR_AUDIBLE = 0.01;
/** About −54 dBFS: the service sends true silence between its answers. */
const AGENT_AUDIBLE = 0.002;

/** Between two words of an answer there may be this much silence, in seconds. */
const PAUSE = 0.5;

class Ear extends AudioWorkletProcessor {
  #speechEnd: number | undefined;
  #agentHeard = 0;

  process([visitor = [], agent = []]: Float32Array[][]): boolean {
    const last = (visitor[0] ?? []).findLastIndex((sample) => Math.abs(sample) > VISITOR_AUDIBLE);
    if (last >= 0) this.#speechEnd = currentTime + last / sampleRate;
    const first = (agent[0] ?? []).findIndex((sample) => Math.abs(sample) > AGENT_AUDIBLE);
    if (first < 0) return true;
    const firstSound = currentTime + first / sampleRate;
    const begins = firstSound - this.#agentHeard > PAUSE;
    this.#agentHeard = firstSound;
    if (begins && this.#speechEnd !== undefined) {
      this.port.postMessage({ speechEnd: this.#speechEnd, firstSound } satisfies HeardAnswer);
      this.#speechEnd = undefined;
    }
    return true;
  }
}

registerProcessor('ear', Ear);
