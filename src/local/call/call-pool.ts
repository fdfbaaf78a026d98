// The processes that hold calls: keeps one warm, gives each call its own, takes them back and throws
// away what is worn or dead. It knows no HTTP.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { ApiError } from '../http/api-error.js';
import { CallLines, type LineEvents } from './call-lines.js';
import {
  OWN_LINE,
  type CallRequest,
  type FromCall,
  type HowEnded,
  type ToCall,
} from './call-messages.js';

/** A socket that is joined to a call. */
export interface Line {
  /** Calls back when it has left this process; undefined is a message that was binary. */
  send(text: string | undefined, sent: () => void): void;
  close(): void;
}

export interface PoolOptions {
  readonly maxCalls: number;
  readonly log: (line: string) => void;
}

/** Finished processes kept for the next calls, and how many calls one of them lives through. */
const MAX_IDLE = 3;
const CALLS_PER_PROCESS = 50;
/** A process starts in a second; on a busy machine with many of them it takes longer. */
const START_MS = 30_000;
const ANSWER_MS = 10_000;
/** Warming up the next process waits, so that it does not slow down the call that is connecting. */
const SPARE_DELAY_MS = 1_000;

class CallProcess {
  readonly child: ChildProcess;
  readonly ready: Promise<void>;
  readonly warm: Promise<void>;
  started = false;
  calls = 0;
  callId: string | undefined;
  isDying = false;
  onMessage: (message: FromCall) => void = () => undefined;

  constructor(onGone: (process: CallProcess, how: string) => void) {
    this.child = fork(fileURLToPath(new URL('./call-process.js', import.meta.url)), [], {
      // What it prints is not for the terminal of whoever runs the service, but its last words are.
      // Options of the parent, such as a debugger's port, are not for it.
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      serialization: 'advanced',
    });
    let warmed = (): void => undefined;
    const warmth = new Promise<void>((resolve) => (warmed = resolve));
    this.ready = new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new ApiError(503, 'The service is too busy to start a call.'));
        this.kill();
      }, START_MS);
      this.child.on('message', (message: FromCall) => {
        if (message.type === 'ready') {
          clearTimeout(timer);
          this.started = true;
          resolve();
        } else if (message.type === 'warm') warmed();
        else this.onMessage(message);
      });
      this.child.once('error', (error) => {
        // One that was never there does not end.
        if (this.child.pid !== undefined) return;
        clearTimeout(timer);
        reject(new ApiError(503, `A process for calls could not start (${error.message}).`));
        onGone(this, error.message);
      });
      this.child.once('exit', (code, signal) => {
        clearTimeout(timer);
        const how = signal ?? `exit ${code}`;
        reject(new ApiError(500, `A process for calls could not start (${how}).`));
        onGone(this, how);
      });
    });
    this.ready.catch(() => undefined);
    const gone = once(this.child, 'exit').then(
      () => undefined,
      () => undefined,
    );
    this.warm = this.ready.then(() => Promise.race([warmth, gone]));
    this.warm.catch(() => undefined);
  }

  send(message: ToCall, sent: () => void = () => undefined): void {
    if (this.child.connected) this.child.send(message, sent);
    else sent();
  }

  kill(): void {
    this.isDying = true;
    this.child.kill('SIGKILL');
  }
}

export class CallPool {
  #options: PoolOptions;
  #idle: CallProcess[] = [];
  #busy = new Map<string, CallProcess>();
  #all = new Set<CallProcess>();
  #spareTimer: NodeJS.Timeout | undefined;
  #closed = false;
  #lines = new CallLines();
  #lastLine = OWN_LINE;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#spawn();
  }

  get calls(): number {
    return this.#busy.size;
  }

  get processes(): number {
    return this.#all.size;
  }

  /** Resolves when the first process is warm, so that the first call is as quick as the rest. */
  async ready(): Promise<void> {
    await this.#idle[0]?.warm;
  }

  /** Starts a call; the answer is its SDP. Rejects with an ApiError. */
  async start(request: CallRequest): Promise<string> {
    if (this.#busy.size >= this.#options.maxCalls) {
      throw new ApiError(
        429,
        `At most ${this.#options.maxCalls} calls run here at once.`,
        'rate_limit_exceeded',
        null,
        'rate_limit_error',
      );
    }
    const process = this.#idle.shift() ?? this.#create();
    const { callId } = request;
    process.callId = callId;
    process.calls++;
    this.#busy.set(callId, process);
    this.#spareLater();
    try {
      await process.ready;
      return await this.#ask(process, request);
    } catch (error) {
      this.#release(callId, 'refused');
      throw error;
    }
  }

  /** False when there is no such call. */
  hangUp(callId: string): boolean {
    const process = this.#busy.get(callId);
    process?.send({ type: 'hangup', callId });
    return process !== undefined;
  }

  /** Joins the socket that carries a call, or a sideband of one; undefined when there is no such call. */
  join(callId: string, kind: 'own' | 'sideband', events: LineEvents): Line | undefined {
    const process = this.#busy.get(callId);
    if (!process) return undefined;
    const line = kind === 'own' ? OWN_LINE : ++this.#lastLine;
    this.#lines.add(callId, line, events);
    process.send({ type: 'attach', callId, line });
    return {
      send: (text, sent) => process.send({ type: 'message', callId, line, text }, sent),
      close: () => {
        if (this.#lines.remove(callId, line)) process.send({ type: 'detach', callId, line });
      },
    };
  }

  /** How many sockets a call has; undefined when there is no such call. */
  linesOf(callId: string): number | undefined {
    return this.#busy.has(callId) ? this.#lines.count(callId) : undefined;
  }

  /** Ends every call and every process. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#spareTimer);
    const gone = [...this.#all].map(
      ({ child }) =>
        new Promise<void>((resolve) => {
          if (child.exitCode !== null || child.signalCode !== null) resolve();
          else child.once('exit', () => resolve());
        }),
    );
    for (const process of this.#all) process.kill();
    await Promise.all(gone);
  }

  #ask(process: CallProcess, request: CallRequest): Promise<string> {
    const { callId } = request;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        // It hangs in native code: nothing but its end helps.
        process.kill();
        reject(new ApiError(500, 'The call could not be answered in time.'));
      }, ANSWER_MS);
      const settle = (act: () => void): void => {
        clearTimeout(timer);
        process.child.off('exit', died);
        act();
      };
      const died = (): void =>
        settle(() => reject(new ApiError(500, "The call's process ended before it could answer.")));
      process.child.once('exit', died);
      process.onMessage = (message) => {
        if (message.type === 'ready' || message.type === 'warm' || message.callId !== callId)
          return;
        if (message.type === 'message') this.#lines.deliver(callId, message.lines, message.text);
        else if (message.type === 'dropped') {
          this.#lines.drop(callId, message.line, 'too many events');
        } else if (message.type === 'answer') settle(() => resolve(message.sdp));
        else if (message.type === 'refused') {
          const { status, code } = message;
          settle(() => reject(new ApiError(status, message.message, code, code && 'sdp')));
        } else {
          settle(() => reject(new ApiError(500, 'The call ended before it was answered.')));
          this.#release(callId, message.reason, message.how);
        }
      };
      process.send({ type: 'call', request });
    });
  }

  #create(): CallProcess {
    const process = new CallProcess((gone, how) => {
      this.#all.delete(gone);
      this.#idle = this.#idle.filter((other) => other !== gone);
      if (gone.callId !== undefined)
        this.#release(gone.callId, `its process died (${how})`, 'died');
      // One that could not even start would not start the next time either.
      if (gone.started) this.#spareLater();
    });
    this.#all.add(process);
    return process;
  }

  #spawn(): void {
    this.#idle.push(this.#create());
  }

  #spareLater(): void {
    if (this.#closed || this.#idle.length > 0) return;
    this.#spareTimer ??= setTimeout(() => {
      this.#spareTimer = undefined;
      if (!this.#closed && this.#idle.length === 0) this.#spawn();
    }, SPARE_DELAY_MS);
  }

  #release(callId: string, reason: string, how: HowEnded = 'closed'): void {
    const process = this.#busy.get(callId);
    if (!process) return;
    this.#busy.delete(callId);
    process.callId = undefined;
    this.#lines.end(callId, how, reason);
    this.#options.log(`call ${callId} ended: ${reason}`);
    if (!this.#all.has(process) || process.isDying) return;
    const worn = process.calls >= CALLS_PER_PROCESS || this.#idle.length >= MAX_IDLE;
    if (worn || this.#closed) process.kill();
    else this.#idle.push(process);
    this.#spareLater();
  }
}
