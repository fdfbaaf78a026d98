/** What a call is made with, from the properties that a page has set. */
import type { CallOptions } from '../core/call.js';
import { relay } from '../core/relay.js';
import { endpoint, type EndpointOptions } from '../core/token-source.js';
import type { AgentChoice } from '../core/token-request.js';

/** Those that the next call is made with; a call under way keeps what it began with. */
export interface CallProperties extends AgentChoice, Partial<CallOptions> {
  readonly tokenUrl?: string | undefined;
  readonly sessionUrl?: string | undefined;
}

/** @param fetch asks the token host; its first answer may have been asked for ahead */
export function callOptions(page: CallProperties, fetch: EndpointOptions['fetch']): CallOptions {
  const { tokenUrl = '', sessionUrl, agent, variables, tokenSource, negotiate } = page;
  const { callsUrl, session, greeting, iceServers } = page;
  const choice = { agent, variables };
  return {
    ...(sessionUrl === undefined
      ? { tokenSource: endpoint(tokenUrl, { ...choice, fetch }) }
      : relay(sessionUrl, choice)),
    ...(tokenSource && { tokenSource }),
    ...(negotiate && { negotiate }),
    callsUrl,
    session,
    greeting,
    iceServers,
  };
}
