/**
 * Shows whether the microphone hears something, as a level of four steps: that of the call, or without
 * one the chosen microphone, which is open for it. It asks a timer and draws no frames.
 */
import type { Call } from '../core/call.js';
import { LevelMeter } from '../media/level-meter.js';
import { openMicrophone } from '../media/microphone.js';
import { loudness } from './visualizers/visualizer.js';

const STEPS = 4;
const INTERVAL_MS = 100;

export class LevelView {
  /** With the role `meter`; its name is left to who shows it. */
  readonly element = document.createElement('div');
  readonly #call: () => Call | undefined;
  readonly #microphone: () => string;
  readonly #failed: (error: unknown) => void;
  #timer: ReturnType<typeof setInterval> | undefined;
  /** Of a microphone that is open for this alone, or that could not be opened. */
  #own: AbortController | undefined;
  #meter: LevelMeter | undefined;

  /**
   * @param microphone the browser's id of that which is chosen for the next call; may be empty
   * @param failed it cannot be opened
   */
  constructor(
    call: () => Call | undefined,
    microphone: () => string,
    failed: (error: unknown) => void,
  ) {
    this.#call = call;
    this.#microphone = microphone;
    this.#failed = failed;
    const { element } = this;
    element.className = 'level';
    element.role = 'meter';
    element.ariaValueMin = element.ariaValueNow = '0';
    element.ariaValueMax = String(STEPS);
    for (let step = 0; step < STEPS; step++) element.append(document.createElement('span'));
  }

  open(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setInterval(() => {
      this.#tick();
    }, INTERVAL_MS);
    this.#tick();
  }

  /** Listens to what is chosen now. */
  restart(): void {
    this.#release();
    if (this.#timer !== undefined) this.#tick();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#release();
  }

  #tick(): void {
    const { status } = this.#call()?.state ?? { status: 'idle' };
    const isFree = status === 'idle' || status === 'ended';
    // Nobody looks, and a light would be on.
    if (!isFree || document.hidden) this.#release();
    else if (!this.#own) void this.#listen();
    const meter = isFree ? this.#meter : this.#call()?.meter;
    const loud = meter ? loudness({ color: '', levels: meter.read(0) }) : 0;
    const step = String(Math.min(STEPS, Math.ceil(loud * (STEPS + 1))));
    if (this.element.ariaValueNow === step) return;
    this.element.ariaValueNow = step;
  }

  async #listen(): Promise<void> {
    const { signal } = (this.#own = new AbortController());
    try {
      const track = await openMicrophone(signal, this.#microphone());
      this.#meter = new LevelMeter(track);
    } catch (error) {
      if (!signal.aborted) this.#failed(error);
    }
  }

  #release(): void {
    this.#own?.abort();
    void this.#meter?.close();
    this.#own = this.#meter = undefined;
  }
}
