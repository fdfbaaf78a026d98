// One response from `response.created` to `response.done`: makes its items, their text and their
// sound, and can be cancelled at any moment. It does not decide what to say, and what is already
// queued for the loudspeaker is no longer its own.
import type {
  ConversationItem,
  RealtimeResponse,
  RealtimeResponseCreateParams,
  RealtimeResponseUsage,
} from 'openai/resources/realtime/realtime';
import type { AskedCall } from '../agents/tool-choice.js';
import { splitAnswer } from '../agents/understanding.js';
import { CALL_RATE } from '../audio/pcm.js';
import type { AnswerPlan } from './answer-plan.js';
import type { Item } from './conversation.js';
import { newId } from './ids.js';
import type { OutputPlace } from './output-item.js';
import { ProtocolError } from './protocol-error.js';
import type { CallRemote } from './remote-call.js';
import { makeCall } from './response-call.js';
import { ResponseMessage } from './response-message.js';
import { statusDetails, type Outcome, type ResponseFault } from './response-outcome.js';
import type { Emit } from './server-event.js';
import { rateLimits } from './rate-limits.js';
import { showResponse } from './show-response.js';
import type { SessionConfig } from './session-config.js';
import type { Playback, Speaker } from './speaker.js';
import { outputAudioTokens } from './usage.js';

export interface ResponseHost {
  readonly emit: Emit;
  readonly speaker: Speaker;
  readonly conversationId: string;
  speak(text: string): Promise<Int16Array>;
  plan(): Promise<AnswerPlan>;
  readonly callRemote: CallRemote;
  /** Puts an item into the conversation; returns the id of the one before. */
  readonly addItem: (item: Item) => string | null;
  usage(outputText: string, outputAudioMs: number): RealtimeResponseUsage;
  onDone(run: ResponseRun): void;
}

export class ResponseRun {
  readonly id = newId('resp');
  readonly params: RealtimeResponseCreateParams;
  readonly audio: boolean;
  #host: ResponseHost;
  #session: SessionConfig;
  #output: ConversationItem[] = [];
  #message: ResponseMessage | undefined;
  #playback: Playback | undefined;
  #text = '';
  #audioMs = 0;
  /** While tools are called. */
  #calling: AbortController | undefined;
  #cancelled: Outcome | undefined;
  #fault: ResponseFault | undefined;
  #done = false;

  constructor(host: ResponseHost, session: SessionConfig, params: RealtimeResponseCreateParams) {
    this.#host = host;
    this.#session = session;
    this.params = params;
    this.audio = (params.output_modalities ?? session.output_modalities)[0] !== 'text';
  }

  /** Out of band: it adds nothing to the conversation. */
  get detached(): boolean {
    return this.params.conversation === 'none';
  }

  /** Runs to the end; never rejects. `fault` is what goes wrong on demand. */
  async run(fault?: ResponseFault): Promise<void> {
    this.#host.emit({ type: 'response.created', response: this.#show('in_progress') });
    if (fault?.status === 'failed') {
      this.#finish(fault);
      return;
    }
    this.#fault = fault;
    try {
      const plan = await this.#host.plan();
      if (this.#done) return;
      if (plan.kind === 'call') await this.#call(plan.calls);
      else await this.#say(plan);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const code = error instanceof ProtocolError ? error.code : 'server_error';
      this.#finish({ status: 'failed', code, message });
    }
  }

  cancel(reason: 'turn_detected' | 'client_cancelled'): void {
    const outcome = { status: 'cancelled', reason } as const;
    if (this.#calling) {
      this.#cancelled ??= outcome;
      this.#calling.abort();
    } else this.#finish(outcome);
  }

  async #say(plan: Exclude<AnswerPlan, { kind: 'call' }>): Promise<void> {
    const message = this.#openMessage();
    const playback = this.audio
      ? (this.#playback = this.#host.speaker.begin(this.id, message.item.id))
      : undefined;
    if (plan.kind === 'play') {
      if (playback) this.#play(playback, plan.samples);
      await this.#end({ status: 'completed' });
      return;
    }
    for (const sentence of splitAnswer(plan.text)) {
      if (playback) {
        const samples = await this.#host.speak(sentence);
        if (this.#done) return;
        if (message.text !== '') this.#play(playback, pauseBefore(message.text));
        this.#play(playback, samples);
      }
      message.write(sentence);
      if (this.#fault) {
        await this.#end(this.#fault);
        return;
      }
      if (this.#overBudget()) {
        await this.#end({ status: 'incomplete', reason: 'max_output_tokens' });
        return;
      }
      if (playback) await this.#host.speaker.hasRoom(playback);
      if (this.#done) return;
    }
    await this.#end({ status: 'completed' });
  }

  /** An answer is not done before its sound has begun, however short it is. */
  async #end(outcome: Outcome): Promise<void> {
    if (this.#playback) await this.#host.speaker.settled(this.#playback);
    this.#finish(outcome);
  }

  #openMessage(): ResponseMessage {
    return (this.#message = new ResponseMessage(this.#place(0), this.audio));
  }

  #play(playback: Playback, samples: Int16Array): void {
    const durationMs = (samples.length / CALL_RATE) * 1000;
    this.#audioMs += durationMs;
    this.#host.speaker.play(playback, samples, durationMs);
  }

  /** All of them at once; a cancelled response waits for them to be given up. */
  async #call(calls: readonly AskedCall[]): Promise<void> {
    this.#calling = new AbortController();
    const { signal } = this.#calling;
    const made = calls.map((call, index) =>
      makeCall(call, this.#place(index), this.#host.callRemote, signal),
    );
    this.#output = await Promise.all(made);
    this.#text = calls.map(({ tool, arguments: args }) => tool.name + args).join('');
    this.#calling = undefined;
    this.#finish(this.#cancelled ?? { status: 'completed' });
  }

  #place(outputIndex: number): OutputPlace {
    const { emit, addItem } = this.#host;
    return {
      emit,
      responseId: this.id,
      outputIndex,
      addItem: this.detached ? undefined : addItem,
    };
  }

  #overBudget(): boolean {
    const limit = this.params.max_output_tokens ?? this.#session.max_output_tokens ?? 'inf';
    if (limit === 'inf') return false;
    const used =
      Math.ceil((this.#message?.text.length ?? 0) / 4) + outputAudioTokens(this.#audioMs);
    return used >= limit;
  }

  #finish(outcome: Outcome): void {
    if (this.#done) return;
    this.#done = true;
    if (this.#message) this.#closeMessage(this.#message, outcome.status === 'completed');
    const { emit } = this.#host;
    const usage = this.#host.usage(this.#text, this.#audioMs);
    emit({
      type: 'response.done',
      response: { ...this.#show(outcome.status), status_details: statusDetails(outcome), usage },
    });
    emit(rateLimits(usage));
    if (this.#playback) this.#host.speaker.finish(this.#playback);
    this.#host.onDone(this);
  }

  #closeMessage(message: ResponseMessage, completed: boolean): void {
    message.close(completed);
    this.#text = message.text;
    this.#output.push(message.item);
  }

  #show(status: NonNullable<RealtimeResponse['status']>): RealtimeResponse {
    const { id, params, audio } = this;
    const conversationId = this.detached ? undefined : this.#host.conversationId;
    const output = this.#output;
    return showResponse({ id, status, params, audio, output, conversationId }, this.#session);
  }
}

/** Speech comes without silence at its ends; a voice takes breath between sentences. */
function pauseBefore(spoken: string): Int16Array {
  return new Int16Array((CALL_RATE * (spoken.endsWith(',') ? 120 : 280)) / 1000);
}
