/** A hostile service, or an agent that somebody has talked into it, calls tools in every wrong way. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ServerEvent } from '../../../src/core/protocol.js';
import { event } from '../../support/server-events.js';
import { FakeCall } from './fake-call.js';

const ids = fc.constantFrom('call_1', 'call_2', '', '__proto__', 'constructor');
const names = fc.constantFrom('read', 'write', 'Read', 'toString', '__proto__', 'constructor', '');
const args = fc.oneof(
  fc.constantFrom('{"n":1}', '{"n":2}', '{}', '', '{', 'null', '[1]', '{"__proto__":{"x":1}}'),
  fc.json(),
);
const statuses = fc.constantFrom('completed', 'completed', 'completed', 'incomplete', 'cancelled');
const strange = fc.oneof(
  fc.constantFrom(undefined, null, {}, [], '', '__proto__', 0, 1e9, true),
  fc.constant({ length: 1e9 }),
  fc.jsonValue(),
);

/** Mostly as it should be, and now and then something else. */
const or = <T>(honest: fc.Arbitrary<T>) => fc.oneof({ weight: 9, arbitrary: honest }, strange);

const item = fc.record({
  id: or(ids),
  type: or(
    fc.constantFrom(
      'function_call',
      'function_call',
      'mcp_call',
      'mcp_approval_request',
      'message',
    ),
  ),
  status: or(statuses),
  call_id: or(ids),
  name: or(names),
  arguments: or(args),
  server_label: or(fc.constant('shop')),
});

const response = fc.record({
  id: or(ids),
  status: or(statuses),
  output: or(fc.array(or(item), { maxLength: 4 })),
});

const hostile: fc.Arbitrary<ServerEvent> = fc
  .record({
    type: fc.constantFrom(
      'response.done',
      'response.done',
      'response.done',
      'response.created',
      'response.output_item.added',
      'response.output_item.done',
      'conversation.item.done',
      'response.mcp_call.in_progress',
      'response.mcp_call_arguments.done',
      'mcp_list_tools.failed',
      'session.updated',
      'input_audio_buffer.speech_started',
      'output_audio_buffer.cleared',
    ),
    response: or(response),
    item: or(item),
    item_id: or(ids),
    arguments: or(args),
    session: or(fc.record({ type: fc.constant('realtime'), tools: or(fc.array(or(item))) })),
  })
  .map(({ type, ...fields }) => event(type, fields));

describe('hostile events', () => {
  it('D11 never throw, run nothing twice, nothing unknown and nothing unasked', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(hostile, { maxLength: 10 }), async (events) => {
        const runs: string[] = [];
        const run =
          (name: string) =>
          (given: object, { callId }: { callId: string }) => {
            runs.push(callId);
            expect(Object.keys(given)).toEqual(['n']);
            return name;
          };
        const parameters = {
          type: 'object',
          properties: { n: { type: 'integer' } },
          required: ['n'],
          additionalProperties: false,
        };
        const { call } = FakeCall.live([
          { name: 'read', parameters, execute: run('read') },
          { name: 'write', parameters, confirm: true, execute: run('write') },
        ]);
        const calls = call.collect('voice-tool-call');
        const results = call.collect('voice-tool-result');
        call.receive(...events);
        await new Promise((resolve) => setTimeout(resolve));
        expect(new Set(runs).size).toBe(runs.length);
        for (const { kind, name } of calls) {
          if (kind === 'tool') expect(['write', 'toString', '__proto__']).not.toContain(name);
        }
        const answered = results.filter(({ kind }) => kind === 'tool').map(({ id }) => id);
        expect(new Set(answered).size).toBe(answered.length);
        const outputs = call
          .sent()
          .flatMap((one) =>
            one.type === 'conversation.item.create' && one.item.type === 'function_call_output'
              ? one.item.output
              : [],
          );
        expect(outputs).toHaveLength(answered.length);
        for (const output of outputs) expect(output.length).toBeLessThan(16_385);
        expect('x' in {} || Object.keys(Object.prototype).length > 0).toBe(false);
        call.end();
      }),
      { numRuns: 2_000 },
    );
  }, 60_000);

  it('do not stop an honest request from being answered', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(hostile, { maxLength: 6 }), async (events) => {
        const { call } = FakeCall.live([{ name: 'honest', execute: () => 'Fine.' }]);
        call.receive(...events);
        const output = [
          null,
          {
            type: 'function_call',
            status: 'completed',
            call_id: 'h',
            name: 'honest',
            arguments: '',
          },
        ];
        call.receive(
          event('response.done', { response: { id: 'r', status: 'completed', output } }),
        );
        for (;;) {
          const one = await call.nextSent();
          if (one.type !== 'conversation.item.create') continue;
          if (one.item.type !== 'function_call_output' || one.item.call_id !== 'h') continue;
          expect(one.item.output).toBe('Fine.');
          break;
        }
        call.end();
      }),
      { numRuns: 1_000 },
    );
  }, 60_000);
});
