/** What the tests of guardrails share: words that come piece by piece, and guardrails that wait. */
import type { Guardrail, Verdict } from '../../../src/core/guardrails/guardrail.js';
import type { ServerEvent } from '../../../src/core/protocol.js';
import { event } from '../../support/server-events.js';

/** Objects to one word. */
export function avoids(word: string): Guardrail {
  return function avoidance(text) {
    return text.includes(word) && `It says ${word}.`;
  };
}

/** A guardrail whose verdicts are given by the test, in the order in which it was asked. */
export function patient() {
  const asked: { text: string; final: boolean; signal: AbortSignal }[] = [];
  const verdicts: { resolve(verdict: Verdict): void }[] = [];
  const guardrail: Guardrail = (text, { final, signal }) => {
    asked.push({ text, final, signal });
    return new Promise((resolve) => verdicts.push({ resolve }));
  };
  return { guardrail, asked, verdicts };
}

/** The agent's words so far, in one delta. */
export const says = (id: string, delta: string, response_id = 'resp_1'): ServerEvent =>
  event('response.output_audio_transcript.delta', { item_id: id, response_id, delta });

export const hasSaid = (id: string, transcript: string, response_id = 'resp_1'): ServerEvent =>
  event('response.output_audio_transcript.done', { item_id: id, response_id, transcript });

/** Everything that waits for nothing but promises has happened. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
