// An agent that hands over to another one of its host, as the page's side of it: who is asked, what the
// session becomes, and what is told to whom.
import { describe, expect, it, vi } from 'vitest';
import { attachTools, handoffs } from '../../../src/core/tools/attach-tools.js';
import type { ServerEvent } from '../../../src/core/protocol.js';
import type { HandoffSource } from '../../../src/core/tools/handoffs.js';
import { event } from '../../support/server-events.js';
import { FakeCall, functionCall, responseDone, sessionEvent } from './fake-call.js';

const transfer = (to: string) => ({ type: 'function', name: `transfer_to_${to}` });
const cart = { name: 'add_to_cart', execute: () => 'done' };
const billing = {
  to: 'billing',
  label: 'Billing',
  session: {
    instructions: 'You know bills.',
    tools: [{ type: 'function' as const, name: 'find_bill' }],
    audio: { output: { voice: 'cedar' } },
  },
};

function talking(ask: HandoffSource['ask'], voice = true) {
  const call = new FakeCall();
  attachTools(call, [cart], { handoffs: { agent: 'sales', ask } });
  call.begin({ tools: [transfer('billing')] }, voice);
  call.receive(sessionEvent('session.updated', { tools: [transfer('billing'), cart] }));
  call.sent();
  const handed = call.collect('voice-handoff');
  const errors = call.collect('voice-error');
  const callFor = (to: string, id = 'c1') =>
    call.receive(responseDone([functionCall(id, `transfer_to_${to}`)], 'completed', `resp_${id}`));
  return { call, handed, errors, callFor };
}

/** The change of the session, which the service then confirms. */
async function updated(call: FakeCall) {
  const update = await call.nextSent();
  if (update.type !== 'session.update') throw new Error(`It sent ${update.type}.`);
  call.receive(sessionEvent('session.updated', update.session));
  return update.session;
}

describe('a handoff', () => {
  it('gives the session to the other agent, with the page’s tools, and it answers', async () => {
    const ask = vi.fn(() => Promise.resolve(billing));
    const { call, handed, callFor } = talking(ask);
    callFor('billing');
    // Its voice could only change before the first was heard.
    expect(await updated(call)).toEqual({
      type: 'realtime',
      instructions: 'You know bills.',
      tools: [
        { type: 'function', name: 'find_bill' },
        expect.objectContaining({ name: 'add_to_cart' }),
      ],
    });
    expect(await call.answers()).toEqual(['c1: {"transferred_to":"Billing"}']);
    expect(handed).toEqual([{ from: 'sales', to: 'billing', label: 'Billing' }]);
    expect(ask).toHaveBeenCalledWith('billing', 'sales', expect.any(AbortSignal));
    // Nothing is repaired, for nothing is missing.
    expect(call.sent()).toEqual([]);
  });

  it('changes the voice where none was heard', async () => {
    const { call, callFor } = talking(() => Promise.resolve(billing), false);
    callFor('billing');
    expect(await updated(call)).toMatchObject({ audio: { output: { voice: 'cedar' } } });
  });

  it('is not taken for another change of the session that was under way', async () => {
    const { call, handed, callFor } = talking(() => Promise.resolve(billing));
    call.updateSession({ audio: { output: { speed: 1.2 } } });
    call.sent();
    callFor('billing');
    const update = await call.nextSent();
    if (update.type !== 'session.update') throw new Error(`It sent ${update.type}.`);
    // The answer to the change before it: the session is the old agent's, and a tool of the page is gone.
    const tools = [transfer('billing')];
    for (const instructions of ['You sell.', billing.session.instructions]) {
      call.receive(sessionEvent('session.updated', { instructions, tools }));
    }
    await new Promise(setImmediate);
    expect([handed, call.sent()]).toEqual([[], []]);
    call.receive(sessionEvent('session.updated', update.session));
    expect(await call.answers()).toEqual(['c1: {"transferred_to":"Billing"}']);
    expect(handed).toHaveLength(1);
  });

  it('leads on from the agent that has taken over', async () => {
    const session = { tools: [{ type: 'function' as const, name: 'transfer_to_order_help' }] };
    const { call, handed, callFor } = talking((to) => Promise.resolve({ to, session }));
    for (const to of ['billing', 'order_help']) {
      callFor(to, to);
      await updated(call);
      await call.answers();
    }
    expect(handed).toEqual([
      { from: 'sales', to: 'billing', label: 'Billing' },
      { from: 'billing', to: 'order_help', label: 'Order help' },
    ]);
  });

  it('lasts over connections, and no longer than the call', async () => {
    const { call, handed, callFor } = talking((to) => Promise.resolve({ to, session: {} }));
    const handOver = async (to: string, id: string) => {
      callFor(to, id);
      await updated(call);
      await call.answers();
    };
    const goOn = () => {
      call.begin({ tools: [transfer('billing'), transfer('orders')] });
      call.sent();
    };
    await handOver('billing', 'c1');
    call.lose();
    goOn();
    await handOver('orders', 'c2');
    call.lose();
    call.end();
    goOn();
    await handOver('billing', 'c3');
    expect(handed.map(({ from, to }) => `${from} to ${to}`)).toEqual([
      'sales to billing',
      'billing to orders',
      'sales to billing',
    ]);
  });

  it('that the service refuses is told to the agent and to the page', async () => {
    const { call, handed, errors, callFor } = talking(() => Promise.resolve(billing));
    callFor('billing');
    const { event_id } = await call.nextSent();
    call.receive(event('error', { error: { event_id, message: 'Invalid tool.' } }));
    expect((await call.answers())[0]).toContain('The service refused the handoff: Invalid tool.');
    expect(errors[0]).toMatchObject({ fatal: false, error: { code: 'tool-failed' } });
    expect(handed).toEqual([]);
  });

  it('that fails at the host is told as well, and may be tried again', async () => {
    const ask = vi.fn(() => Promise.reject<undefined>(new Error('The host is down.')));
    const { call, callFor } = talking(ask);
    callFor('billing');
    expect(await call.answers()).toEqual(['c1: {"error":"The host is down."}']);
    callFor('billing', 'c2');
    expect(await call.answers()).toEqual(['c2: {"error":"The host is down."}']);
    expect(ask).toHaveBeenCalledTimes(2);
  });

  it('is one at a time', async () => {
    const { call } = talking(() => Promise.resolve(billing));
    call.receive(
      responseDone([
        functionCall('a', 'transfer_to_billing'),
        functionCall('b', 'transfer_to_billing'),
      ]),
    );
    await updated(call);
    expect(await call.answers()).toEqual([
      'b: {"error":"Only one agent can take over."}',
      'a: {"transferred_to":"Billing"}',
    ]);
  });

  it('is left to the host where that knows none, and to the page where it answers', async () => {
    const ask = vi.fn(() => Promise.resolve(undefined));
    const { call, callFor, errors } = talking(ask);
    callFor('billing');
    await vi.waitFor(() => expect(ask).toHaveBeenCalled());
    await Promise.resolve();
    expect(call.sent()).toEqual([]);
    expect(errors).toEqual([]);
    call.addEventListener('voice-tool-call', ({ detail }) => {
      if (detail.kind === 'tool') detail.respond('Not today.');
    });
    callFor('billing', 'c2');
    expect(await call.answers()).toEqual(['c2: Not today.']);
    expect(ask).toHaveBeenCalledTimes(1);
  });

  it('may be asked for before the page’s tools are attached', async () => {
    const call = new FakeCall();
    const said: ServerEvent[] = [];
    call.addEventListener('voice-server-event', ({ detail }) => said.push(detail));
    const again = () => said.forEach((one) => tools.observe(one));
    call.begin({ tools: [transfer('billing')] });
    call.receive(responseDone([functionCall('c1', 'transfer_to_billing')]));
    const ask = vi.fn(() => Promise.resolve(billing));
    const tools = attachTools(call, [], { handoffs: { agent: 'sales', ask } });
    again();
    expect(await updated(call)).toMatchObject({ instructions: 'You know bills.' });
    expect(await call.answers()).toEqual(['c1: {"transferred_to":"Billing"}']);
    // Of a session that is lost, and of a call that is over, nothing is to be done any more.
    call.lose();
    again();
    call.end();
    again();
    expect(ask).toHaveBeenCalledOnce();
  });

  it('is forgotten with the call', async () => {
    const ask = vi.fn(() => new Promise<undefined>(() => undefined));
    const { call, callFor } = talking(ask);
    callFor('billing');
    await vi.waitFor(() => expect(ask).toHaveBeenCalled());
    call.end();
    call.begin({ tools: [transfer('billing')] });
    call.sent();
    callFor('billing', 'c2');
    await vi.waitFor(() => expect(ask).toHaveBeenCalledTimes(2));
  });
});

describe('a handoff that the host makes', () => {
  const output = (id: string, told: object) =>
    event('conversation.item.added', {
      item: { type: 'function_call_output', call_id: id, output: JSON.stringify(told) },
    });
  const relayed = () => talking(undefined);

  it('is told to the page, which sends nothing and asks nobody', async () => {
    const { call, handed, callFor } = relayed();
    const result = call.next('voice-tool-result');
    callFor('billing');
    call.receive(sessionEvent('session.updated', { tools: [{ ...cart, type: 'function' }] }));
    call.receive(output('c1', { transferred_to: 'Billing' }));
    expect(await result).toMatchObject({ id: 'c1', output: '{"transferred_to":"Billing"}' });
    expect(handed).toEqual([{ from: 'sales', to: 'billing', label: 'Billing' }]);
    expect(call.sent()).toEqual([]);
  });

  it('may be done before the page has looked', async () => {
    const { call, handed, callFor } = relayed();
    callFor('billing');
    call.receive(output('c1', { transferred_to: 'Billing' }));
    await vi.waitFor(() => expect(handed).toHaveLength(1));
    expect(call.sent()).toEqual([]);
  });

  it('is answered together with the page’s own functions, which ask', async () => {
    const { call, handed } = relayed();
    const requests = [functionCall('a', 'transfer_to_billing'), functionCall('b', 'add_to_cart')];
    call.receive(responseDone(requests));
    call.receive(output('a', { transferred_to: 'Billing' }));
    expect(await call.answers()).toEqual(['b: done']);
    expect(handed).toHaveLength(1);
  });

  it('that failed is told to the page alone, for the agent knows', async () => {
    const { call, handed, errors, callFor } = relayed();
    const result = call.next('voice-tool-result');
    callFor('billing');
    call.receive(output('c1', { error: 'The service refused the handoff.' }));
    expect(await result).toMatchObject({ error: 'The service refused the handoff.' });
    expect(errors).toMatchObject([{ fatal: false, error: { code: 'tool-failed' } }]);
    expect(handed).toEqual([]);
    expect(call.sent()).toEqual([]);
  });

  it('that nobody makes is told to the agent after twelve seconds', async () => {
    vi.useFakeTimers();
    const within = vi.spyOn(AbortSignal, 'timeout');
    within.mockImplementation((ms) => {
      const end = new AbortController();
      setTimeout(() => end.abort(new DOMException('Late.', 'TimeoutError')), ms);
      return end.signal;
    });
    try {
      const { call, callFor } = relayed();
      callFor('billing');
      await vi.advanceTimersByTimeAsync(12_000);
      expect(await call.answers()).toEqual(['c1: {"error":"The host did not hand over in time."}']);
    } finally {
      within.mockRestore();
      vi.useRealTimers();
    }
  });
});

describe('the host', () => {
  const answering = (status: number, body: unknown) => {
    const fetch = vi.fn((_url: string | URL | Request, _init?: RequestInit) =>
      Promise.resolve(new Response(JSON.stringify(body), { status })),
    );
    const source = handoffs('https://shop.example/token', { fetch, variables: { name: 'Ada' } });
    return {
      fetch,
      ask: () => source.ask?.('billing', source.agent, new AbortController().signal),
    };
  };

  it('is asked with the agent, the page’s variables and the wish', async () => {
    const { ask, fetch } = answering(200, { handoff: billing });
    expect(await ask()).toEqual(billing);
    expect(JSON.parse(fetch.mock.calls[0]?.[1]?.body as string)).toEqual({
      agent: 'default',
      variables: { name: 'Ada' },
      handoff: 'billing',
    });
  });

  it.each([
    ['a secret with a session', 200, { value: 'ek_1', session: { instructions: 'Mine.' } }],
    ['a handoff without a session', 200, { handoff: { to: 'billing' } }],
    ['a handoff to nobody', 200, { handoff: { session: {} } }],
    ['nothing', 200, null],
    ['that it does not know the key', 400, { code: 'body-unknown-key' }],
  ])('that answers %s makes none', async (_, status, body) => {
    expect(await answering(status, body).ask()).toBeUndefined();
  });

  it.each([401, 429, 503])('that answers %i has failed', async (status) => {
    await expect(answering(status, {}).ask()).rejects.toMatchObject({ name: 'VoiceError' });
  });
});
