// The room around a browser, made of a PulseAudio server of its own: what the visitor says goes into
// the browser's real microphone at the moment the test wants, and what the loudspeaker plays is
// recorded. It knows neither browsers nor calls.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { concatSamples, loudness, resample, type Pcm } from '../../src/local/audio/pcm.js';
import { run } from './run.js';
import { atMicrophone, synthesize, writeWav, type Voice } from './speech.js';

const RATE = 48_000;
const READY_MS = 10_000;
/** Longer than any pause between words. */
const SILENCE_MS = 1_000;
const SILENCE_WITHIN_MS = 15_000;
const RECORDER_LATENCY_MS = 20;

export class Room {
  /** For browsers that are in this room. */
  readonly env: Readonly<Record<string, string>>;
  readonly #folder: string;
  readonly #processes: ChildProcess[] = [];
  readonly #heard: { readonly at: number; readonly samples: Int16Array }[] = [];
  #files = 0;

  private constructor(folder: string) {
    this.#folder = folder;
    this.env = { PULSE_SERVER: `unix:${folder}/socket` };
  }

  static async open(): Promise<Room> {
    const room = new Room(await mkdtemp(join(tmpdir(), 'voice-agent-room-')));
    try {
      await room.#start();
    } catch (error) {
      await room.close();
      throw error;
    }
    return room;
  }

  /** Says `text`; resolves when the last word has been said. */
  async say(text: string, voice: Voice = 'rms'): Promise<void> {
    await this.play(synthesize(text, { voice }));
  }

  /** Plays a recording into the microphone; resolves when it is over. */
  async play(pcm: Pcm): Promise<void> {
    const file = join(this.#folder, `said-${++this.#files}.wav`);
    writeWav(file, atMicrophone(resample(pcm, RATE).samples), RATE);
    await run('paplay', ['--device=mouth', file], {
      env: this.env,
      ms: 60_000,
    });
  }

  /** What the loudspeaker has played since a time of `performance.now()`. */
  heard(since: number): Pcm {
    const parts = this.#heard.filter(({ at }) => at >= since).map(({ samples }) => samples);
    return { samples: concatSamples(parts), sampleRate: RATE };
  }

  /**
   * What the loudspeaker has played since a time of `performance.now()`, up to the next silence: a
   * browser and a sound server hold back a second of it on a busy machine.
   */
  async heardToTheEnd(since: number): Promise<Pcm> {
    const deadline = performance.now() + SILENCE_WITHIN_MS;
    for (;;) {
      const heard = this.heard(since);
      const end = heard.samples.subarray(-(RATE * SILENCE_MS) / 1000);
      if (end.length === (RATE * SILENCE_MS) / 1000 && loudness(end) < 0.001) return heard;
      if (performance.now() > deadline) throw new Error('The loudspeaker does not fall silent.');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async close(): Promise<void> {
    for (const child of this.#processes.reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const exited = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await exited;
    }
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #start(): Promise<void> {
    const load = (module: string): string[] => ['-L', module];
    const sink = (name: string): string[] =>
      load(
        `module-null-sink sink_name=${name} rate=${RATE} sink_properties=device.description=${name}`,
      );
    const server = spawn(
      'pulseaudio',
      [
        ...[
          '-n',
          '--daemonize=no',
          '--use-pid-file=no',
          '--exit-idle-time=-1',
          '--log-level=error',
        ],
        ...load(`module-native-protocol-unix socket=${this.#folder}/socket auth-anonymous=1`),
        ...sink('loudspeaker'),
        ...sink('mouth'),
        ...load('module-remap-source master=mouth.monitor source_name=microphone'),
      ],
      {
        env: { ...process.env, HOME: this.#folder, XDG_RUNTIME_DIR: this.#folder },
        stdio: 'ignore',
      },
    );
    this.#processes.push(server);
    hurry(server);
    const deadline = performance.now() + READY_MS;
    for (;;) {
      try {
        await run('pactl', ['set-default-source', 'microphone'], { env: this.env, ms: 2_000 });
        break;
      } catch (error) {
        if (server.exitCode !== null || performance.now() > deadline) throw error;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
    await run('pactl', ['set-default-sink', 'loudspeaker'], { env: this.env, ms: 2_000 });
    const recorder = spawn(
      'parec',
      [
        '--device=loudspeaker.monitor',
        '--format=s16le',
        `--rate=${RATE}`,
        '--channels=1',
        `--latency-msec=${RECORDER_LATENCY_MS}`,
      ],
      { env: { ...process.env, ...this.env }, stdio: ['ignore', 'pipe', 'ignore'] },
    );
    this.#processes.push(recorder);
    hurry(recorder);
    let rest = Buffer.alloc(0);
    recorder.stdout.on('data', (bytes: Buffer) => {
      const all = Buffer.concat([rest, bytes]);
      const whole = all.length - (all.length % 2);
      rest = all.subarray(whole);
      const copy = Uint8Array.from(all.subarray(0, whole));
      this.#heard.push({ at: performance.now(), samples: new Int16Array(copy.buffer) });
    });
  }
}

/** Sound that comes late is lost, so it goes before all that computes, where the system lets it. */
function hurry({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) setPriority(pid, -15);
  } catch {
    // Only an administrator may; a desktop's own sound server has asked for it already.
  }
}
