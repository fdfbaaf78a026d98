// The call's side of the speech worker: understanding and speaking as promises. It does not know
// when somebody speaks.
import { Worker } from 'node:worker_threads';
import type { FromWorker, ToWorker } from './speech-messages.js';
import type { Vocabulary } from './recognizer.js';

interface Waiting {
  resolve(message: FromWorker): void;
  reject(error: Error): void;
}

/** The worker takes tens of milliseconds; this only ends what would never end. */
const ANSWER_MS = 20_000;

export class Speech {
  #worker = new Worker(new URL('./speech-worker.js', import.meta.url));
  #waiting = new Map<number, Waiting>();
  #nextId = 1;
  readonly ready: Promise<void>;

  constructor(onDied: (error: Error) => void) {
    this.ready = new Promise((resolve) => {
      this.#worker.on('message', (message: FromWorker) => {
        if (message.type === 'ready') return resolve();
        const waiting = this.#waiting.get(message.id);
        this.#waiting.delete(message.id);
        if (message.type === 'failed') waiting?.reject(new Error(message.message));
        else waiting?.resolve(message);
      });
    });
    this.#worker.on('error', onDied);
    this.#worker.on('exit', () => onDied(new Error('The speech worker ended.')));
  }

  listenFor(vocabulary: Vocabulary): void {
    this.#post({ type: 'listen', vocabulary });
  }

  hear(samples: Int16Array): void {
    this.#post({ type: 'hear', samples });
  }

  cancel(): void {
    this.#post({ type: 'cancel' });
  }

  /** Ends the utterance: the sentence that was said, or undefined when it was none. */
  async finish(): Promise<string | undefined> {
    const message = await this.#ask((id) => ({ type: 'finish', id }));
    return message.type === 'heard' ? message.text : undefined;
  }

  /** 16 kHz sound of `text`, without silence at its ends. */
  async speak(text: string, speed = 1): Promise<Int16Array> {
    const message = await this.#ask((id) => ({ type: 'speak', id, text, speed }));
    return message.type === 'spoken' ? message.samples : new Int16Array(0);
  }

  #post(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  #ask(make: (id: number) => ToWorker): Promise<FromWorker> {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        reject(new Error('The speech worker did not answer.'));
      }, ANSWER_MS);
      timer.unref();
      const settle =
        <T>(finish: (value: T) => void) =>
        (value: T): void => {
          clearTimeout(timer);
          finish(value);
        };
      this.#waiting.set(id, { resolve: settle(resolve), reject: settle(reject) });
      this.#post(make(id));
    });
  }
}
