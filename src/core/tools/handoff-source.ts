/**
 * Asks a site's host, whether it gives secrets or places calls itself, who takes a conversation over.
 * It changes no session.
 */
import { askHost } from '../host-answer.js';
import { tokenRequest } from '../token-request.js';
import type { EndpointOptions } from '../token-source.js';
import { VoiceError } from '../voice-error.js';
import type { Handoff, HandoffSource } from './handoffs.js';

const TIMEOUT_MS = 8_000;

/**
 * The host at `url`: the token host, or the one that takes offers. It is asked when an agent calls a
 * function `transfer_to_…` for which nobody on the page answers.
 *
 * @throws {VoiceError} when called, as `endpoint` does; a host that knows no handoffs is no error
 */
export function handoffs(url: string, options: EndpointOptions = {}): HandoffSource {
  const { fetch = globalThis.fetch, agent = 'default', variables } = options;
  return {
    agent,
    async ask(handoff, from, signal) {
      const body = JSON.stringify({ agent: from, variables, handoff });
      const request = () => ({ ...tokenRequest(options), body });
      try {
        return await askHost(url, TIMEOUT_MS, signal, fetch, request, async (response) =>
          handoffIn((await response.json()) as unknown),
        );
      } catch (error) {
        // It has said that it does not understand, so it may make its handoffs in another way.
        if (error instanceof VoiceError && error.code === 'token-invalid') return undefined;
        throw error;
      }
    },
  };
}

/** A host that looks at no wish answers with a secret. */
function handoffIn(answer: unknown): Handoff | undefined {
  const { handoff } = Object(answer) as { handoff?: Partial<Record<keyof Handoff, unknown>> };
  const { to, label, session } = Object(handoff) as Partial<Record<keyof Handoff, unknown>>;
  if (typeof to !== 'string' || Object(session) !== session) return undefined;
  return {
    to,
    label: typeof label === 'string' ? label : undefined,
    session: session as Handoff['session'],
  };
}
