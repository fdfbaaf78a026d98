/** The words in an event are redacted wherever they are; what the protocol needs stays. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactPersonalData } from '../../../src/core/redaction/redact-personal-data.js';
import { redactor } from '../../../src/core/redaction/redactor.js';

const hide = redactor(() => '…');

describe('a redactor', () => {
  it('redacts the words of a server event and no ids', () => {
    const event = {
      type: 'response.done',
      event_id: 'event_1',
      response: {
        id: 'resp_1',
        status: 'completed',
        output: [
          {
            id: 'item_1',
            type: 'message',
            role: 'assistant',
            content: [{ type: 'output_audio', transcript: 'Hello' }],
          },
          { id: 'item_2', type: 'function_call', call_id: 'call_1', arguments: '{"to":"x"}' },
        ],
        usage: { total_tokens: 5 },
      },
    };
    const redacted = hide(event);
    expect(redacted.response.output).toEqual([
      {
        id: 'item_1',
        type: 'message',
        role: 'assistant',
        content: [{ type: 'output_audio', transcript: '…' }],
      },
      { id: 'item_2', type: 'function_call', call_id: 'call_1', arguments: '…' },
    ]);
    expect({ ...redacted.response, output: [] }).toEqual({ ...event.response, output: [] });
    expect(event.response.output[1]?.arguments).toBe('{"to":"x"}');
  });

  it('redacts a transcript item', () => {
    const item = { id: 'i', role: 'user', text: 'I am a@b.de', final: true } as const;
    expect(redactor(redactPersonalData)(item)).toEqual({ ...item, text: 'I am [e-mail]' });
  });

  it('redacts everything in the arguments and the output of a tool', () => {
    const args = { guests: [{ mail: 'a@b.de' }], nights: 2, late: true };
    expect(hide({ name: 'book', arguments: args, durationMs: 5 })).toEqual({
      name: 'book',
      arguments: { guests: [{ mail: '…' }], nights: '…', late: true },
      durationMs: 5,
    });
  });

  it('redacts numbers that say what they should not, and leaves others as they are', () => {
    const args = { card: 4111111111111111, nights: 2, rate: 99.5 };
    expect(redactor(redactPersonalData)({ arguments: args })).toEqual({
      arguments: { card: '[card]', nights: 2, rate: 99.5 },
    });
  });

  it('keeps JSON readable', () => {
    const json = JSON.stringify({ mail: 'a@b.de', phone: '+49 30 123456' });
    const { output } = redactor(redactPersonalData)({ output: json });
    expect(JSON.parse(output)).toEqual({ mail: '[e-mail]', phone: '[phone]' });
  });

  it('leaves errors and other instances alone', () => {
    const detail = { error: new Error('No'), at: new Date(0), fatal: false };
    expect(hide(detail)).toEqual(detail);
    expect(hide(detail).error).toBe(detail.error);
  });

  it('ends with what is circular, deep or wide, and leaves the rest out', () => {
    const circular: Record<string, unknown> = { text: 'x' };
    circular['self'] = [circular, circular];
    expect(JSON.stringify(hide(circular))).toContain('[left out]');
    expect((hide({ text: Array(200_000).fill('x') }).text as unknown[]).length).toBe(99_999);
  });

  it('makes no prototype of what came as a field', () => {
    const hostile = JSON.parse('{"__proto__": {"text": "x", "polluted": true}}') as object;
    expect(JSON.stringify(hide(hostile))).toBe('{"__proto__":{"text":"…","polluted":true}}');
    expect('polluted' in {}).toBe(false);
  });

  it('never changes the shape of JSON', () => {
    const same = redactor((text) => text);
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        expect(JSON.stringify(same(value))).toBe(JSON.stringify(value));
      }),
    );
  });
});
