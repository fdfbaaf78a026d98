/** The visitor is asked before a tool runs, and silence is a no. */
import { describe, expect, it } from 'vitest';
import type { ApproveOptions } from '../../../src/core/tools/tool-events.js';
import { FakeCall, functionCall, responseDone } from './fake-call.js';

const pay = (onRun: (args: object) => unknown) => ({
  name: 'pay',
  confirm: true,
  parameters: { type: 'object', properties: { amount: { type: 'number' } } },
  execute: onRun,
});
const asked = (id: string, amount = 5, name = 'pay') =>
  responseDone([functionCall(id, name, { amount })]);

function setUp(approvalTimeout?: number) {
  const runs: object[] = [];
  const tool = pay((args) => (runs.push(args), 'Paid.'));
  const { call, tools } = FakeCall.live([tool], { approvalTimeout });
  return { call, tools, tool, runs, requests: call.collect('voice-approval-request') };
}

describe('a tool that asks the visitor first', () => {
  it('runs when they approve, and not before', async () => {
    const { call, runs, requests } = setUp();
    const order = [call.collect('voice-tool-call'), requests];
    call.receive(asked('call_1'));
    const request = await call.next('voice-approval-request');
    expect(request).toMatchObject({
      kind: 'tool',
      id: 'call_1',
      name: 'pay',
      arguments: { amount: 5 },
    });
    expect(order.map(({ length }) => length)).toEqual([0, 1]);
    expect(runs).toEqual([]);
    request.approve();
    expect(await call.answers()).toEqual(['call_1: Paid.']);
    expect(await request.decided).toBe('approved');
    expect(runs).toEqual([{ amount: 5 }]);
  });

  it('does not run when they deny, and the agent is told in words', async () => {
    const { call, runs } = setUp();
    const result = call.next('voice-tool-result');
    call.receive(asked('call_1'));
    (await call.next('voice-approval-request')).deny();
    expect(await call.answers()).toEqual(['call_1: {"error":"The visitor did not allow this."}']);
    expect((await result).error).toBe('The visitor did not allow this.');
    call.receive(asked('call_2'));
    (await call.next('voice-approval-request')).deny('Too much.');
    expect(await call.answers()).toEqual([
      'call_2: {"error":"The visitor did not allow this. They said: Too much."}',
    ]);
    expect(runs).toEqual([]);
  });

  it('does not run when nobody answers', async () => {
    const { call, runs } = setUp(5);
    call.receive(asked('call_1'));
    const request = await call.next('voice-approval-request');
    expect(await call.answers()).toEqual([
      'call_1: {"error":"The visitor did not say whether to allow this."}',
    ]);
    expect(await request.decided).toBe('expired');
    request.approve();
    await new Promise((resolve) => setTimeout(resolve));
    expect(runs).toEqual([]);
  });

  it.each([
    ['approve', 1],
    ['deny', 0],
  ] as const)('takes the first answer: %s', async (first, count) => {
    const { call, runs } = setUp();
    call.receive(asked('call_1'));
    const request = await call.next('voice-approval-request');
    request[first]();
    request.approve({ forCall: true });
    request.deny();
    await call.answers();
    expect(runs).toHaveLength(count);
    call.receive(asked('call_2'));
    expect(await call.next('voice-approval-request')).toMatchObject({ id: 'call_2' });
  });

  it('asks again for each request', async () => {
    const { call, runs, requests } = setUp();
    for (const id of ['call_1', 'call_2']) {
      call.receive(asked(id));
      (await call.next('voice-approval-request')).approve();
      await call.answers();
    }
    expect([runs.length, requests.length]).toEqual([2, 2]);
  });

  it('does not ask again in this call when they say so, over whatever connection, but in the next', async () => {
    const { call, runs, requests } = setUp();
    call.receive(asked('call_1'));
    (await call.next('voice-approval-request')).approve({ forCall: true });
    await call.answers();
    call.receive(asked('call_2'));
    await call.answers();
    call.lose();
    call.begin();
    call.receive(asked('call_3'));
    await call.answers();
    expect([runs.length, requests.length]).toEqual([3, 1]);
    call.end();
    call.begin();
    call.receive(asked('call_4'));
    expect(await call.next('voice-approval-request')).toMatchObject({ id: 'call_4' });
  });

  it('asks for each of two requests of one response, and answers once', async () => {
    const { call, requests } = setUp();
    const both = [1, 2].map((amount) => functionCall(`call_${amount}`, 'pay', { amount }));
    call.receive(responseDone(both));
    await new Promise((resolve) => setTimeout(resolve));
    requests[1]?.approve();
    requests[0]?.deny();
    expect((await call.answers()).sort()).toEqual([
      'call_1: {"error":"The visitor did not allow this."}',
      'call_2: Paid.',
    ]);
  });

  it('D11 runs with what was approved, whatever becomes of it on screen or on the wire', async () => {
    const { call, runs } = setUp();
    const errors = call.collect('voice-error');
    call.receive(asked('call_1', 5));
    const request = await call.next('voice-approval-request');
    (request.arguments as { amount: number }).amount = 1;
    call.receive(asked('call_1', 500));
    request.approve();
    await call.answers();
    expect(runs).toEqual([{ amount: 5 }]);
    expect(errors.map(({ error }) => error.code)).toEqual(['tool-failed']);
  });

  it('asks for nothing that it would refuse anyway', async () => {
    const { call, requests } = setUp();
    call.receive(responseDone([functionCall('call_1', 'pay', { amount: 'all' })]));
    await call.answers();
    expect(requests).toEqual([]);
  });

  it('can be told by handlers of clicks, which get the event', async () => {
    const { call, runs } = setUp();
    const click = new Event('click') as ApproveOptions & Event;
    call.receive(asked('call_1'));
    (await call.next('voice-approval-request')).deny(click as unknown as string);
    expect(await call.answers()).toEqual(['call_1: {"error":"The visitor did not allow this."}']);
    call.receive(asked('call_2'));
    (await call.next('voice-approval-request')).approve(click);
    await call.answers();
    expect(runs).toHaveLength(1);
  });
});

describe('a question that is open at the end of the call', () => {
  it('is a no, and a late click does nothing, also in the next call', async () => {
    const { call, runs } = setUp();
    call.receive(asked('call_1'));
    const request = await call.next('voice-approval-request');
    call.end();
    expect(await request.decided).toBe('expired');
    call.begin();
    call.sent();
    request.approve({ forCall: true });
    await new Promise((resolve) => setTimeout(resolve));
    expect(runs).toEqual([]);
    expect(call.sent()).toEqual([]);
    call.receive(asked('call_1'));
    expect(await call.next('voice-approval-request')).toMatchObject({ id: 'call_1' });
  });

  it('is a no when the tools are closed', async () => {
    const { call, tools, runs } = setUp();
    call.receive(asked('call_1'));
    const request = await call.next('voice-approval-request');
    tools.close();
    request.approve();
    expect(await request.decided).toBe('expired');
    expect(runs).toEqual([]);
  });
});
