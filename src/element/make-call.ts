/** Makes a call from the properties that a page has set, with whatever they ask for beside it. */
import { Call } from '../core/call.js';
import type { CallOptions } from '../core/call-options.js';
import { postOffer } from '../core/negotiate.js';
import { endpoint, type EndpointOptions } from '../core/token-source.js';
import type { AgentChoice } from '../core/token-request.js';
import { attachConnectMetrics } from '../core/connect-metrics.js';
import { attachTurnMetrics } from '../core/turn-metrics.js';
import { attachExtras, type ExtraProperties } from './extras.js';
import { attachTranscriptionLanguage, type PageLanguage } from './transcription-language.js';
import { offering, patient } from './patience.js';

/** Those that the next call is made with; a call under way keeps what it began with. */
export const CALL_OPTIONS = [
  'tokenUrl',
  'sessionUrl',
  'agent',
  'variables',
  'callsUrl',
  'tokenSource',
  'negotiate',
  'session',
  'greeting',
  'iceServers',
  'guardrails',
  'inputGuardrails',
  'prices',
  'redact',
  'summarize',
  'maxDuration',
  'idleTimeout',
  'fallback',
];

export interface CallProperties extends AgentChoice, ExtraProperties, Partial<CallOptions> {
  readonly tokenUrl?: string | undefined;
  readonly sessionUrl?: string | undefined;
}

/**
 * Resolves when all is there that the page asks for: nothing said in the call is missed.
 * @param fetch asks the token host; its first answer may have been asked for ahead
 * @param language of the page
 */
export async function makeCall(
  page: HTMLElement & CallProperties,
  fetch: EndpointOptions['fetch'],
  language: () => PageLanguage,
): Promise<Call> {
  const call: Call = new Call(await callOptions(page, fetch, () => call));
  attachConnectMetrics(call);
  attachTurnMetrics(call);
  attachTranscriptionLanguage(call, page.session, language);
  await attachExtras(call, page);
  return call;
}

async function callOptions(
  page: CallProperties,
  fetch: EndpointOptions['fetch'],
  call: () => Call,
): Promise<CallOptions> {
  const { tokenUrl = '', sessionUrl, agent, variables, negotiate } = page;
  const { callsUrl, session, greeting, iceServers } = page;
  const choice = { agent, variables };
  const source = endpoint(tokenUrl, { ...choice, fetch });
  const { tokenSource = patient(source, tokenUrl, call, () => page.requestUpdate?.()) } = page;
  const relayed =
    sessionUrl !== undefined && (await import('./relay-part.js')).relay(sessionUrl, choice);
  return {
    callsUrl,
    session,
    greeting,
    iceServers,
    // Said here, so that no prototype says it.
    audio: undefined,
    tokenSource,
    negotiate: postOffer(callsUrl, offering(tokenSource)),
    ...relayed,
    ...(page.tokenSource && { tokenSource }),
    ...(negotiate && { negotiate }),
  };
}
