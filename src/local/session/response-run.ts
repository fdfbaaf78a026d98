// One response from `response.created` to `response.done`: makes its items, their text and their
// sound, and can be cancelled at any moment. It does not decide what to say, and what is already
// queued for the loudspeaker is no longer its own.
import type {
  ConversationItem,
  RealtimeResponse,
  RealtimeResponseCreateParams,
  RealtimeResponseUsage,
} from 'openai/resources/realtime/realtime';
import { splitAnswer } from '../agents/understanding.js';
import { CALL_RATE } from '../audio/pcm.js';
import type { AnswerPlan } from './answer-plan.js';
import type { Item } from './conversation.js';
import { newId } from './ids.js';
import { ResponseMessage } from './response-message.js';
import { statusDetails, type Outcome } from './response-outcome.js';
import type { Emit } from './server-event.js';
import type { SessionConfig } from './session-config.js';
import type { Playback, Speaker } from './speaker.js';
import { outputAudioTokens } from './usage.js';

export interface ResponseHost {
  readonly emit: Emit;
  readonly speaker: Speaker;
  readonly conversationId: string;
  speak(text: string): Promise<Int16Array>;
  plan(): Promise<AnswerPlan>;
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

  /** Runs to the end; never rejects. `failure` ends it at once, for the faults on demand. */
  async run(failure?: { readonly code: string; readonly message: string }): Promise<void> {
    this.#host.emit({ type: 'response.created', response: this.#show('in_progress') });
    if (failure) {
      this.#finish({ status: 'failed', ...failure });
      return;
    }
    try {
      const plan = await this.#host.plan();
      if (this.#done) return;
      if (plan.kind === 'call') this.#call(plan.name, plan.arguments);
      else await this.#say(plan);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#finish({ status: 'failed', code: 'server_error', message });
    }
  }

  cancel(reason: 'turn_detected' | 'client_cancelled'): void {
    this.#finish({ status: 'cancelled', reason });
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
      if (this.#overBudget()) {
        await this.#end({ status: 'incomplete', reason: 'max_output_tokens' });
        return;
      }
      if (playback) await this.#host.speaker.hasRoom();
      if (this.#done) return;
    }
    await this.#end({ status: 'completed' });
  }

  /** The sound of an answer begins before the answer is done, however short it is. */
  async #end(outcome: Outcome): Promise<void> {
    if (this.#playback) await this.#host.speaker.hasBegun(this.#playback);
    this.#finish(outcome);
  }

  #openMessage(): ResponseMessage {
    const { emit, addItem } = this.#host;
    return (this.#message = new ResponseMessage({
      emit,
      responseId: this.id,
      outputIndex: 0,
      audio: this.audio,
      addItem: this.detached ? undefined : addItem,
    }));
  }

  #play(playback: Playback, samples: Int16Array): void {
    const durationMs = (samples.length / CALL_RATE) * 1000;
    this.#audioMs += durationMs;
    this.#host.speaker.play(playback, samples, durationMs);
  }

  #call(name: string, args: string): void {
    const item = {
      id: newId('item'),
      object: 'realtime.item',
      type: 'function_call',
      status: 'in_progress',
      name,
      arguments: '',
      call_id: newId('call'),
    } satisfies Item;
    const { emit } = this.#host;
    const stored: Item = { ...item, status: 'completed', arguments: args };
    const previousId = this.detached ? null : this.#host.addItem(stored);
    const where = { response_id: this.id, output_index: 0 };
    emit({ type: 'response.output_item.added', ...where, item });
    if (!this.detached)
      emit({ type: 'conversation.item.added', previous_item_id: previousId, item });
    const call = { ...where, item_id: item.id, call_id: item.call_id };
    for (const delta of args.match(/[\s\S]{1,12}/g) ?? []) {
      emit({ type: 'response.function_call_arguments.delta', ...call, delta });
    }
    emit({ type: 'response.function_call_arguments.done', ...call, name, arguments: args });
    emit({ type: 'response.output_item.done', ...where, item: stored });
    if (!this.detached) {
      emit({ type: 'conversation.item.done', previous_item_id: previousId, item: stored });
    }
    this.#text = name + args;
    this.#output.push(stored);
    this.#finish({ status: 'completed' });
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
    emit({
      type: 'rate_limits.updated',
      rate_limits: [
        { name: 'requests', limit: 1_000, remaining: 999, reset_seconds: 0.06 },
        {
          name: 'tokens',
          limit: 200_000,
          remaining: 200_000 - (usage.total_tokens ?? 0),
          reset_seconds: 1,
        },
      ],
    });
    if (this.#playback) this.#host.speaker.finish(this.#playback);
    this.#host.onDone(this);
  }

  #closeMessage(message: ResponseMessage, completed: boolean): void {
    message.close(completed);
    this.#text = message.text;
    this.#output.push(message.item);
  }

  #show(status: NonNullable<RealtimeResponse['status']>): RealtimeResponse {
    const { params } = this;
    const { format, voice } = this.#session.audio.output;
    return {
      object: 'realtime.response',
      id: this.id,
      status,
      status_details: undefined,
      output: structuredClone(this.#output),
      conversation_id: this.detached ? undefined : this.#host.conversationId,
      output_modalities: [this.audio ? 'audio' : 'text'],
      max_output_tokens: params.max_output_tokens ?? this.#session.max_output_tokens,
      audio: { output: { format, voice: (params.audio?.output?.voice ?? voice) as 'alloy' } },
      metadata: params.metadata ?? null,
    };
  }
}

/** Speech comes without silence at its ends; a voice takes breath between sentences. */
function pauseBefore(spoken: string): Int16Array {
  return new Int16Array((CALL_RATE * (spoken.endsWith(',') ? 120 : 280)) / 1000);
}
