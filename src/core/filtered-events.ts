/**
 * What Azure hides from a page with `webrtcfilter=on`, as far as it follows from what it shows and from
 * what the page sends: where an answer begins and ends, that it is heard no more, and that none has come.
 * Anything else that is hidden stays so. Azure's list of what it shows:
 * https://learn.microsoft.com/azure/ai-foundry/openai/how-to/realtime-audio-webrtc
 */
import type { ClientEvent, ServerEvent } from './protocol.js';

/** An answer that was cancelled says so by the end of its words; where it had none, nobody does. */
const CANCELLED_WITHIN_MS = 2_000;

/** A request for an answer that was refused, or failed without a word, is one that nothing follows. */
const ANSWER_WITHIN_MS = 25_000;

/** So many answers that are over: an event of one that comes late does not begin it anew. */
const REMEMBERED = 8;

/**
 * Follows one connection, until `close`: `toGa` is told of what came, and `toBeta` of what is about to be
 * sent.
 * @param emit takes what follows from something sent, or from silence
 */
export function dialect(emit: (event: ServerEvent) => void) {
  /** The answer that is being made, and the one that is heard. */
  let making: string | undefined;
  let heard: string | undefined;
  let over: string[] = [];
  /** The visitor's voice stops the agent's, unless the page has said otherwise. */
  let isInterruptible = true;
  let isClosed = false;
  const cancelling = timer();
  const answering = timer();

  function* begin(id: string): Iterable<ServerEvent> {
    if (id === making || over.includes(id)) return;
    answering.stop();
    cancelling.stop();
    const before = making;
    making = id;
    yield made('response.created', { response: { id, status: 'in_progress', output: [] } });
    yield* end(before, 'completed');
  }

  function* end(id: string | undefined, status: string): Iterable<ServerEvent> {
    if (id === undefined) return;
    over = [id, ...over].slice(0, REMEMBERED);
    if (id === making) {
      making = undefined;
      cancelling.stop();
    }
    yield made('response.done', { response: { id, status, output: [] } });
  }

  function* silence(): Iterable<ServerEvent> {
    if (heard === undefined) return;
    const response_id = heard;
    heard = undefined;
    yield made('output_audio_buffer.cleared', { response_id });
  }

  function* toGa(event: ServerEvent): Iterable<ServerEvent> {
    switch (event.type) {
      case 'output_audio_buffer.started':
        yield* begin(event.response_id);
        heard = event.response_id;
        break;
      case 'response.output_audio_transcript.delta':
      case 'response.output_text.delta':
        yield* begin(event.response_id);
        break;
      case 'output_audio_buffer.stopped':
        if (event.response_id === making) yield* end(making, 'completed');
        if (event.response_id === heard) heard = undefined;
        break;
    }
    yield event;
    switch (event.type) {
      // Also of an answer that was cancelled.
      case 'response.output_audio_transcript.done':
      case 'response.output_text.done':
        if (event.response_id !== making) break;
        yield* end(making, cancelling.isRunning ? 'cancelled' : 'completed');
        break;
      case 'input_audio_buffer.speech_started':
        if (!isInterruptible) break;
        yield* silence();
        yield* end(making, 'cancelled');
        break;
    }
  }

  const all = (events: Iterable<ServerEvent>) => {
    for (const event of events) if (!isClosed) emit(event);
  };

  /** What is sent is sent first. */
  function toBeta(event: ClientEvent): ClientEvent {
    switch (event.type) {
      case 'session.update': {
        const input = 'audio' in event.session ? event.session.audio?.input : undefined;
        if (input?.turn_detection) {
          isInterruptible = input.turn_detection.interrupt_response ?? true;
        }
        break;
      }
      case 'response.create':
        answering.start(ANSWER_WITHIN_MS, () => {
          const error = { type: 'server_error', message: 'No answer came.' };
          emit(made('error', { error: { ...error, event_id: event.event_id } }));
        });
        break;
      case 'response.cancel':
        cancelling.start(CANCELLED_WITHIN_MS, () => {
          all(end(making, 'cancelled'));
        });
        break;
      case 'output_audio_buffer.clear':
        queueMicrotask(() => {
          all(silence());
        });
        break;
    }
    return event;
  }

  const close = () => {
    isClosed = true;
    cancelling.stop();
    answering.stop();
  };

  return { toGa, toBeta, close };
}

/** It bears no id of the service's. */
function made(type: string, fields: object): ServerEvent {
  return { type, ...fields } as unknown as ServerEvent;
}

function timer() {
  let running: ReturnType<typeof setTimeout> | undefined;
  const stop = () => {
    clearTimeout(running);
    running = undefined;
  };
  return {
    stop,
    get isRunning() {
      return running !== undefined;
    },
    start(ms: number, act: () => void) {
      stop();
      running = setTimeout(() => {
        running = undefined;
        act();
      }, ms);
    },
  };
}
