/** Nothing that a function takes out leaves, in whatever event it is. */
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { Outward } from '../../../src/core/redaction/outward.js';
import { redactPersonalData } from '../../../src/core/redaction/redact-personal-data.js';
import type { TranscriptItem } from '../../../src/core/transcript.js';
import { VoiceError } from '../../../src/core/voice-error.js';
import { answered, event, spoken, typed, written } from '../../support/server-events.js';

const SECRET = 'jane@example.com';
const TEXT = `I am ${SECRET}, really.`;
const item = (text: string, final = true): TranscriptItem =>
  Object.freeze({ id: 'u1', role: 'user', text, final, interrupted: false });

describe('what leaves', () => {
  const outward = new Outward(redactPersonalData);

  it('is what was said, once it is complete', () => {
    expect(outward.event('voice-transcript', item(TEXT))).toEqual(item('I am [e-mail], really.'));
    expect(outward.event('voice-transcript', item('I am jane@exa', false))).toBeUndefined();
    expect(outward.items([item(TEXT), item('I am jane@exa', false)])).toEqual([
      item('I am [e-mail], really.'),
      item('', false),
    ]);
  });

  it('is redacted once, however often it is looked at', () => {
    const redact = vi.fn((text: string) => text);
    const once = new Outward(redact);
    const items = [item('Hello')];
    expect(once.items(items)[0]).toBe(once.items(items)[0]);
    expect(redact).toHaveBeenCalledTimes(1);
  });

  it('is all of the service’s events but those with a piece of a text', () => {
    const events = [
      ...spoken('u1', TEXT, null),
      ...answered('resp_1', 'a1', `You are ${SECRET}.`, 'u1'),
      ...typed('u2', TEXT, 'a1'),
      ...written('a2', TEXT, 'u2'),
      event('conversation.item.input_audio_transcription.segment', { text: 'jane@' }),
    ];
    const left = events.flatMap((one) => outward.event('voice-server-event', one) ?? []);
    expect(JSON.stringify(left)).not.toMatch(/jane|example/);
    expect(left.map((one) => 'type' in one && one.type)).toEqual(
      events.map(({ type }) => type).filter((type) => !/\.(delta|segment)$/.test(type)),
    );
  });

  it('leaves the pieces out that come with the words', () => {
    const logprobs = [{ token: 'jane', logprob: -1 }];
    const said = event('conversation.item.input_audio_transcription.completed', { logprobs });
    expect(outward.event('voice-server-event', said)).toMatchObject({ logprobs: null });
  });

  it('is what tools are called with, and say, in all fields', () => {
    const detail = {
      id: 'call_1',
      name: 'book',
      arguments: { id: SECRET, to: [{ type: SECRET }] },
    };
    expect(outward.event('voice-tool-call', detail)).toEqual({
      id: 'call_1',
      name: 'book',
      arguments: { id: '[e-mail]', to: [{ type: '[e-mail]' }] },
    });
    expect(outward.event('voice-tool-result', { id: 'c', error: `No ${SECRET}` })).toEqual({
      id: 'c',
      error: 'No [e-mail]',
    });
  });

  it('keeps what a page answers with', () => {
    const respond = vi.fn();
    const decided = Promise.resolve('denied');
    expect(outward.event('voice-tool-call', { respond, decided })).toEqual({ respond, decided });
  });

  it('is an error with its code, and without what it quotes', () => {
    const cause = { message: TEXT };
    const error = new VoiceError('server-error', `Bad: ${TEXT}`, { cause });
    const left = outward.event('voice-error', { error, fatal: false }) as { error: VoiceError };
    expect(left.error).toMatchObject({
      code: 'server-error',
      message: 'Bad: I am [e-mail], really.',
    });
    expect(left.error.cause).toBeUndefined();
    const harmless = new VoiceError('server-error', 'Bad.');
    expect(outward.event('voice-error', { error: harmless, fatal: false })).toMatchObject({
      error: harmless,
    });
  });

  const own = Object.assign(new Error('Refused.'), { input: TEXT });
  const circular: { self?: unknown } = {};
  circular.self = circular;
  const endless = new Error('Again.');
  endless.cause = endless;
  it.each<[string, unknown, boolean]>([
    ['that quotes nothing', new Error('It is down.', { cause: { code: 'x', status: 500 } }), true],
    ['that quotes', new TypeError(`Cannot read ${TEXT}`), false],
    ['of one that quotes', new Error('It is down.', { cause: new Error(TEXT) }), false],
    ['that quotes in a field of its own', own, false],
    ['that is the service’s words in full', { message: TEXT, code: 'x' }, false],
    ['that is text', TEXT, false],
    ['that leads to itself', circular, false],
    ['that is its own', endless, false],
  ])('is an error of ours with a cause %s', (_, cause, stays) => {
    const error = new VoiceError('server-error', 'The guardrail failed.', { cause });
    const left = outward.event('voice-error', { error, fatal: false }) as { error: VoiceError };
    expect(left.error.message).toBe('The guardrail failed.');
    if (stays) {
      expect(left.error.cause).toBe(cause);
      return;
    }
    // Of an error its own words are left, redacted.
    const words = left.error.cause as Error | undefined;
    expect(words?.message).toBe(
      cause instanceof Error ? cause.message.replaceAll(SECRET, '[e-mail]') : undefined,
    );
    expect(words?.name).toBe(cause instanceof Error ? cause.name : undefined);
    expect(Object.keys(words ?? {})).toEqual(words ? ['name'] : []);
    expect(words?.cause).toBeUndefined();
  });

  it('is the same error in the event that reports it, in the state and in the end', () => {
    const error = new VoiceError('session-expired', `Bad: ${TEXT}`, { cause: { message: TEXT } });
    const end = { reason: 'error', durationMs: 4_000, error } as const;
    const ended = { status: 'ended', ...end } as const;
    const [reported, over, changed] = [
      outward.event('voice-error', { error, fatal: true }),
      outward.event('voice-end', end),
      outward.event('voice-state-change', { state: ended, previous: { status: 'idle' } }),
    ] as [{ error: VoiceError }, { error: VoiceError }, { state: typeof ended }];
    expect(over).toMatchObject({ reason: 'error', durationMs: 4_000 });
    expect(over.error.message).toBe('Bad: I am [e-mail], really.');
    expect(reported.error).toBe(over.error);
    expect(changed.state).toEqual({ ...ended, error: over.error });
    expect(Object.isFrozen(changed.state)).toBe(true);
    const calm = { reason: 'user', durationMs: 1 };
    expect(outward.event('voice-end', calm)).toBe(calm);
  });

  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('No.');
      },
    ],
    ['gives no text', () => 5],
    ['gives a promise', () => Promise.resolve('later')],
  ])('is nothing of a text for which the function %s', (_, redact) => {
    const broken = new Outward(redact as (text: string) => string);
    const left = [
      broken.event('voice-transcript', item(TEXT)),
      broken.items([item(TEXT)]),
      broken.event('voice-server-event', typed('u1', TEXT, null)[0] ?? {}),
      broken.event('voice-guardrail', { id: 'a1', text: TEXT, reason: TEXT }),
    ];
    expect(JSON.stringify(left)).not.toContain('jane');
    expect(JSON.stringify(left)).toContain('[left out]');
  });

  it('is never a secret in a field with words, whatever the shape', () => {
    const hide = new Outward((text) => text.replaceAll(SECRET, '…'));
    const words = fc.constantFrom('text', 'transcript', 'arguments', 'output', 'reason');
    fc.assert(
      fc.property(words, fc.jsonValue({ maxDepth: 3 }), (key, around) => {
        const detail = { around, list: [{ [key]: `x ${SECRET}` }] };
        expect(JSON.stringify(hide.event('voice-tool-result', detail))).not.toContain(SECRET);
      }),
    );
  });
});
