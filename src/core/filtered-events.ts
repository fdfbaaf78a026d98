/**
 * What Azure hides from a page with `webrtcfilter=on`, as far as it follows from what it shows: where an
 * answer begins and ends. Anything else that is hidden stays so. Azure's list of what it shows:
 * https://learn.microsoft.com/azure/ai-foundry/openai/how-to/realtime-audio-webrtc
 */
import type { ClientEvent, ServerEvent } from './protocol.js';

/** Follows one connection. `toGa` is told of what came, and `toBeta` of what is about to be sent. */
export function unfiltered() {
  /** The answer that is being made. */
  let making: string | undefined;
  /** It is heard until the service says that it was; a written one ends with its words. */
  let isSpoken = false;
  let isCancelled = false;

  const response = (what: string, status: string) =>
    made({ type: `response.${what}`, response: { id: making, status, output: [] } });

  function* begin(id: string) {
    if (id === making) return;
    yield* end();
    making = id;
    isSpoken = isCancelled = false;
    yield response('created', 'in_progress');
  }

  function* end(status = isCancelled ? 'cancelled' : 'completed') {
    if (making === undefined) return;
    const done = response('done', status);
    making = undefined;
    yield done;
  }

  function* around(event: ServerEvent): Generator<ServerEvent> {
    switch (event.type) {
      case 'output_audio_buffer.started':
      case 'response.output_audio_transcript.delta':
        yield* begin(event.response_id);
        isSpoken = true;
        break;
      case 'response.output_text.delta':
        yield* begin(event.response_id);
        break;
      case 'input_audio_buffer.speech_started':
        // The visitor's voice stops the agent's, unless the session says otherwise, which is hidden.
        if (making !== undefined && isSpoken) {
          yield made({ type: 'output_audio_buffer.cleared', response_id: making });
        }
        isCancelled = true;
        yield* end();
        break;
      case 'output_audio_buffer.stopped':
        if (event.response_id === making) yield* end();
        break;
    }
    yield event;
    switch (event.type) {
      case 'response.output_text.done':
      case 'response.output_audio_transcript.done':
        // One that was cancelled has them as well.
        if (event.response_id === making && (isCancelled || !isSpoken)) yield* end();
    }
  }

  return {
    toGa: (event: ServerEvent): Iterable<ServerEvent> => around(event),
    toBeta(event: ClientEvent): ClientEvent {
      if (event.type === 'response.cancel') isCancelled = true;
      return event;
    },
  };
}

/** It bears no id of the service's. */
function made(event: object): ServerEvent {
  return event as ServerEvent;
}
