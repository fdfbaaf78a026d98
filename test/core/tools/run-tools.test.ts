/** The agent calls functions of the page, which answer, fail, or never answer at all. */
import { describe, expect, it } from 'vitest';
import type { ToolContext } from '../../../src/core/tools/page-tool.js';
import { errorEvent, event, responseEvent } from '../../support/server-events.js';
import { FakeCall, functionCall, responseDone } from './fake-call.js';

const weather = {
  name: 'weather',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  execute: ({ city }: { city: string }) => `Sunny in ${city}.`,
};
/** Everything that waits for nothing but promises has happened. */
const settled = () => new Promise((resolve) => setImmediate(resolve));
const never = () => new Promise(() => undefined);
const circle: Record<string, unknown> = {};
circle['self'] = circle;
const asked = (...items: object[]) => responseDone(items);
const speechStarted = event('input_audio_buffer.speech_started', { item_id: 'u1' });

describe('a function of the page', () => {
  it('gets what the agent sent, and the agent gets what it returns', async () => {
    const { call } = FakeCall.live([weather]);
    const calls = call.collect('voice-tool-call');
    const results = call.collect('voice-tool-result');
    call.receive(asked(functionCall('call_1', 'weather', { city: 'Oslo' })));
    expect(await call.nextSent()).toEqual({
      type: 'conversation.item.create',
      item: { type: 'function_call_output', call_id: 'call_1', output: 'Sunny in Oslo.' },
    });
    expect(await call.nextSent()).toEqual({ type: 'response.create' });
    expect(calls).toMatchObject([{ id: 'call_1', name: 'weather', arguments: { city: 'Oslo' } }]);
    expect(results).toMatchObject([{ id: 'call_1', name: 'weather', output: 'Sunny in Oslo.' }]);
    expect(results[0]?.error).toBeUndefined();
    expect(results[0]?.durationMs).toBeGreaterThanOrEqual(0);
  });

  it('may take its time, and is one answer with the others of its response', async () => {
    const slow = Promise.withResolvers<string>();
    const { call } = FakeCall.live([weather, { name: 'slow', execute: () => slow.promise }]);
    call.receive(
      asked(
        functionCall('call_1', 'slow'),
        functionCall('call_2', 'weather', { city: 'Rome' }),
        functionCall('call_3', 'weather', { city: 'Bonn' }),
      ),
    );
    await call.nextSent();
    await call.nextSent();
    expect(call.sent()).toEqual([]);
    slow.resolve('At last.');
    expect(await call.answers()).toEqual(['call_1: At last.']);
  });

  it.each([
    ['throws', () => decodeURI('%'), 'malformed'],
    ['rejects', () => Promise.reject(new Error('Sold out.')), 'Sold out.'],
    ['gives a circle', () => circle, 'something that JSON cannot say'],
    ['gives 10 MB', () => 'x'.repeat(10_000_000), 'more than 16 kB'],
  ])('that %s is an output with an error, and the call goes on', async (_, execute, words) => {
    const { call } = FakeCall.live([{ name: 'bad', execute }, weather]);
    const result = call.next('voice-tool-result');
    call.receive(asked(functionCall('call_1', 'bad')));
    const [output] = await call.answers();
    expect(output).toMatch(/^call_1: \{"error":"/);
    expect(output).toContain(words);
    expect((await result).error).toContain(words);
    call.receive(asked(functionCall('call_2', 'weather', { city: 'Oslo' })));
    expect(await call.answers()).toEqual(['call_2: Sunny in Oslo.']);
  });

  it('D12 that never answers is given up after its timeout, and told so', async () => {
    let context: ToolContext | undefined;
    const execute = (_: object, given: ToolContext) => ((context = given), never());
    const { call } = FakeCall.live([{ name: 'never', timeout: 5, execute }]);
    call.receive(asked(functionCall('call_1', 'never')));
    expect(await call.answers()).toEqual(['call_1: {"error":"The tool did not answer in time."}']);
    expect(context?.signal.aborted).toBe(true);
    expect(context?.callId).toBe('call_1');
  });

  it.each([
    ['{"city":', 'not valid JSON'],
    ['[]', 'not a JSON object'],
    ['{}', 'required property'],
    ['{"city":{"$ne":1}}', 'Expected \\"string\\"'],
    [`{"city":"${'x'.repeat(70_000)}"}`, 'too long'],
  ])('does not run with arguments like %.14s', async (args, words) => {
    let runs = 0;
    const { call } = FakeCall.live([{ ...weather, execute: () => ++runs }]);
    const calls = call.collect('voice-tool-call');
    call.receive(asked(functionCall('call_1', 'weather', args)));
    expect((await call.answers())[0]).toContain(words);
    expect([runs, calls.length]).toEqual([0, 0]);
  });

  it('D11 does not exist because its name is a property of all objects', async () => {
    const { call } = FakeCall.live([weather]);
    for (const name of ['toString', '__proto__', 'constructor', 'Weather', '']) {
      call.receive(asked(functionCall(`call_${name}`, name)));
      expect(await call.answers()).toEqual([
        `call_${name}: {"error":"There is no tool of this name."}`,
      ]);
    }
  });

  it('runs once for a request, however often the service tells of it', async () => {
    let runs = 0;
    const { call } = FakeCall.live([{ ...weather, execute: () => ++runs }]);
    const errors = call.collect('voice-error');
    const request = asked(functionCall('call_1', 'weather', { city: 'Oslo' }));
    call.receive(request, request);
    await call.answers();
    call.receive(request);
    expect(errors).toEqual([]);
    call.receive(asked(functionCall('call_1', 'weather', { city: 'Rome' })));
    expect(errors.map(({ error }) => error.code)).toEqual(['tool-failed']);
    expect(errors[0]?.fatal).toBe(false);
    expect(runs).toBe(1);
    expect(call.sent()).toEqual([]);
  });

  it('does not run when the agent was stopped while it wrote the request', () => {
    const { call } = FakeCall.live([weather]);
    const calls = call.collect('voice-tool-call');
    const request = functionCall('call_1', 'weather', { city: 'Oslo' });
    for (const status of ['cancelled', 'incomplete', 'failed']) {
      call.receive(responseDone([request], status));
    }
    call.receive(asked({ ...request, status: 'incomplete' }));
    expect(calls).toEqual([]);
  });

  it('does not run for an answer outside the conversation', () => {
    const { call } = FakeCall.live([weather]);
    const calls = call.collect('voice-tool-call');
    const output = [functionCall('call_1', 'weather', { city: 'Oslo' })];
    const response = { id: 'resp_1', status: 'completed', conversation_id: null, output };
    call.receive(event('response.done', { response }));
    expect(calls).toEqual([]);
  });
});

describe('when the visitor breaks in', () => {
  async function running(session?: object) {
    const done = Promise.withResolvers<string>();
    const begun = Promise.withResolvers<AbortSignal>();
    const execute = (_: object, { signal }: ToolContext) => {
      begun.resolve(signal);
      return done.promise;
    };
    const { call, tools } = FakeCall.live([{ name: 'book', execute }], {}, session);
    call.receive(asked(functionCall('call_1', 'book')));
    return { call, tools, done, signal: await begun.promise };
  }

  it('a function that runs is told, and what it has done is told to the agent', async () => {
    const { call, done, signal } = await running();
    expect(signal.aborted).toBe(false);
    call.receive(speechStarted);
    expect(signal.aborted).toBe(true);
    done.resolve('Booked.');
    expect(await call.nextSent()).toMatchObject({ item: { output: 'Booked.' } });
  });

  it('the agent is not made to talk over them: their own answer follows', async () => {
    const { call, done } = await running();
    call.receive(speechStarted);
    done.resolve('Booked.');
    await settled();
    expect(call.sent().map(({ type }) => type)).toEqual(['conversation.item.create']);
  });

  describe('by hand', () => {
    const cleared = event('input_audio_buffer.cleared');
    async function pressing() {
      const { call, done } = await running();
      call.turn('hearing');
      return {
        call,
        told: async () => {
          done.resolve('Booked.');
          await settled();
          return call.sent().map(({ type }) => type);
        },
      };
    }

    it('the agent is not made to talk over them, who have the floor from the first moment', async () => {
      const { told } = await pressing();
      expect(await told()).toEqual(['conversation.item.create']);
    });

    it('nor before they are answered, whatever else is answered', async () => {
      const { call, told } = await pressing();
      call.receive(responseEvent('response.created', 'resp_other'));
      call.turn('listening');
      expect(await told()).toEqual(['conversation.item.create']);
    });

    it.each([
      ['take it back', cleared],
      ['say nothing', errorEvent('input_audio_buffer_commit_empty')],
    ])('and %s, it speaks of what was done', async (_, nothing) => {
      const { call, told } = await pressing();
      call.turn('listening');
      call.receive(nothing);
      expect(await told()).toEqual(['conversation.item.create', 'response.create']);
    });
  });

  it('the agent speaks of what came too late for the answer to them', async () => {
    const { call, done } = await running();
    call.receive(speechStarted, responseEvent('response.created', 'resp_2'));
    done.resolve('Booked.');
    expect(await call.answers()).toEqual(['call_1: Booked.']);
  });

  it('a function is told in the words of the interruption, if it asks', async () => {
    const execute = (_: object, { signal }: ToolContext) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error));
      });
    const { call } = FakeCall.live([{ name: 'book', execute }]);
    const announced = call.next('voice-tool-call');
    call.receive(asked(functionCall('call_1', 'book')));
    await announced;
    call.receive(event('output_audio_buffer.cleared', { response_id: 'resp_1' }));
    expect(await call.nextSent()).toMatchObject({
      item: { output: '{"error":"The visitor broke in."}' },
    });
  });

  it('to ask for something else, the agent speaks of both', async () => {
    const { call, done } = await running();
    call.receive(
      responseEvent('response.created', 'resp_1'),
      event('output_audio_buffer.cleared', { response_id: 'resp_1' }),
      responseEvent('response.created', 'resp_2'),
      event('output_audio_buffer.cleared', { response_id: 'resp_1' }),
    );
    done.resolve('Booked.');
    expect(await call.answers()).toEqual(['call_1: Booked.']);
  });

  it('by the stop button, a function is told, and nobody speaks', async () => {
    const { call, tools, done, signal } = await running();
    tools.interrupt();
    expect(signal.aborted).toBe(true);
    done.resolve('Booked.');
    await settled();
    expect(call.sent().map(({ type }) => type)).toEqual(['conversation.item.create']);
  });

  it('a function is not told where their voice interrupts nothing', async () => {
    const { call, signal } = await running({
      audio: { input: { turn_detection: { type: 'server_vad', interrupt_response: false } } },
    });
    call.receive(speechStarted);
    expect(signal.aborted).toBe(false);
  });
});

describe('at the end of the call', () => {
  it('functions are told, and whatever they give is sent nowhere', async () => {
    const done = Promise.withResolvers<string>();
    const begun = Promise.withResolvers<AbortSignal>();
    const execute = (_: object, { signal }: ToolContext) => (begun.resolve(signal), done.promise);
    const { call } = FakeCall.live([{ name: 'slow', execute }]);
    const results = call.collect('voice-tool-result');
    call.receive(asked(functionCall('call_1', 'slow')));
    const signal = await begun.promise;
    call.end();
    expect(signal.aborted).toBe(true);
    call.begin();
    call.sent();
    done.resolve('Late.');
    await new Promise((resolve) => setTimeout(resolve));
    expect(call.sent()).toEqual([]);
    expect(results).toEqual([]);
  });

  it('what was asked for is forgotten: the next call may use the same ids', async () => {
    const { call } = FakeCall.live([weather]);
    for (let round = 0; round < 2; round++) {
      call.receive(asked(functionCall('call_1', 'weather', { city: 'Oslo' })));
      expect(await call.answers()).toEqual(['call_1: Sunny in Oslo.']);
      call.end();
      call.begin();
    }
  });

  it('which the agent wants, it is heard to the end', async () => {
    const execute = (_: object, { endCall }: ToolContext) => {
      endCall();
      return 'Goodbye.';
    };
    const { call } = FakeCall.live([{ name: 'end_call', execute }]);
    call.turn('speaking');
    call.receive(asked(functionCall('call_1', 'end_call')));
    await call.answers();
    expect(call.state.status).toBe('live');
    call.turn('listening');
    expect(call.state).toMatchObject({ status: 'ended', reason: 'agent' });
  });

  it('a function that finishes while somebody ends the call does no harm', async () => {
    const { call } = FakeCall.live([weather]);
    call.receive(asked(functionCall('call_1', 'weather', { city: 'Oslo' })));
    call.state = { status: 'ended', reason: 'user', durationMs: 1 };
    await new Promise((resolve) => setTimeout(resolve));
    expect(call.sent()).toEqual([]);
  });
});
