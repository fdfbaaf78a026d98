/** The agent knows of the page's tools, and keeps those that its host has given it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attachTools } from '../../../src/core/tools/attach-tools.js';
import { errorEvent, event } from '../../support/server-events.js';
import { FakeCall, functionCall, responseDone, sessionEvent } from './fake-call.js';

const look = { type: 'function', name: 'look_up', parameters: { type: 'object' } };
const remote = { type: 'mcp', server_label: 'shop', server_url: 'https://shop.example/mcp' };
const definition = (name: string) => ({
  type: 'function',
  name,
  description: undefined,
  parameters: { type: 'object', properties: {} },
});

/** The names, or labels, of the tools in each update that was sent. */
function updates(call: FakeCall): string[][] {
  return call.sent().flatMap((one) => {
    if (one.type !== 'session.update' || one.session.type !== 'realtime') return [];
    return [
      (one.session.tools ?? []).map((tool) =>
        tool.type === 'mcp' ? tool.server_label : (tool.name ?? ''),
      ),
    ];
  });
}

const echo = (...names: string[]) =>
  sessionEvent('session.updated', { tools: names.map((name) => definition(name)) });

describe('the tools of the page', () => {
  it('join those of the host as soon as the call is live', () => {
    const call = new FakeCall();
    attachTools(call, [{ name: 'scroll' }]);
    call.begin({ tools: [look, remote] });
    expect(call.sent()).toEqual([
      {
        type: 'session.update',
        event_id: 'voice-agent-tools-1',
        session: { type: 'realtime', tools: [look, remote, definition('scroll')] },
      },
    ]);
  });

  it('are offered again in every call', () => {
    const call = new FakeCall();
    attachTools(call, [{ name: 'scroll' }]);
    for (let round = 0; round < 3; round++) {
      call.begin();
      expect(updates(call)).toEqual([['scroll']]);
      call.end();
    }
  });

  it('change in a call, and others of the host stay', () => {
    const { call, tools } = FakeCall.live([{ name: 'a' }, { name: 'b' }], {}, { tools: [look] });
    call.receive(echo('look_up', 'a', 'b'));
    tools.set([{ name: 'b' }, { name: 'c' }]);
    tools.set([]);
    expect(updates(call)).toEqual([['look_up', 'b', 'c'], ['look_up']]);
    call.receive(echo('look_up', 'b', 'c'), echo('look_up'));
    expect(updates(call)).toEqual([]);
  });

  it('are offered once, however often the page sets the same', () => {
    const { call, tools } = FakeCall.live([{ name: 'a' }]);
    tools.set([{ name: 'a' }]);
    tools.set([{ name: 'a' }]);
    expect(updates(call)).toEqual([]);
    tools.set([{ name: 'a', description: 'New.' }]);
    expect(updates(call)).toEqual([['a']]);
  });

  it('cost nothing where there are none', () => {
    const call = new FakeCall();
    const tools = attachTools(call, []);
    call.begin({ tools: [look] });
    tools.set([]);
    tools.close();
    expect(call.sent()).toEqual([]);
  });

  it('do not replace one of the host', async () => {
    const call = new FakeCall();
    const errors = call.collect('voice-error');
    let runs = 0;
    const tools = attachTools(call, [{ name: 'look_up', execute: () => ++runs }, { name: 'b' }]);
    call.begin({ tools: [look] });
    expect(updates(call)).toEqual([['look_up', 'b']]);
    tools.set([{ name: 'look_up' }]);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({ error: { code: 'tool-failed' }, fatal: false });
    call.receive(responseDone([functionCall('call_1', 'look_up')]));
    await new Promise((resolve) => setTimeout(resolve));
    expect(runs).toBe(0);
  });

  it('come back when somebody has set the session’s tools to others', () => {
    const { call } = FakeCall.live([{ name: 'a' }], {}, { tools: [look] });
    call.receive(echo('look_up', 'a'));
    call.receive(echo('pay'));
    expect(updates(call)).toEqual([['pay', 'a']]);
    for (let round = 0; round < 20; round++) call.receive(echo('pay'), echo('pay'));
    expect(updates(call).length).toBeLessThan(6);
  });

  it('never bring back the tools of an agent that has handed over meanwhile', () => {
    const { call, tools } = FakeCall.live([{ name: 'a' }], {}, { tools: [look] });
    call.receive(echo('look_up', 'a'));
    // An update of the page is under way when the host changes the session, and keeps the page's tools.
    tools.set([{ name: 'a' }, { name: 'b' }]);
    expect(updates(call)).toEqual([['look_up', 'a', 'b']]);
    call.receive(echo('pay', 'a'));
    expect(updates(call)).toEqual([]);
    call.receive(echo('look_up', 'a', 'b'));
    expect(updates(call)).toEqual([['pay', 'a', 'b']]);
    call.receive(echo('pay', 'a', 'b'));
    expect(updates(call)).toEqual([]);
  });

  it('are still offered when the service has refused them before', () => {
    const { call, tools } = FakeCall.live([{ name: 'a' }], {}, { tools: [look] });
    call.receive(echo('look_up', 'a'));
    tools.set([{ name: 'a' }, { name: 'b' }]);
    const [refused] = call.sent();
    call.receive(errorEvent('invalid_value', refused?.event_id), echo('pay'));
    expect(updates(call)).toEqual([['pay', 'a', 'b']]);
  });

  it('are there with those of whoever was last, in whatever order things cross', () => {
    /** A service that takes updates of two parties as they come, and tells both. */
    const parties = fc.array(fc.constantFrom('page', 'host', 'service', 'told'), { maxLength: 30 });
    fc.assert(
      fc.property(parties, (steps) => {
        const { call, tools } = FakeCall.live([{ name: 'p0' }], {}, { tools: [look] });
        const toService = [['look_up', 'p0']];
        const toPage: string[][] = [];
        let [session, agent, page, count] = [['look_up'], 'look_up', 'p0', 0];
        /** Two that quarrel for ever are left alone some day. */
        let handoffs = 0;
        const collect = () => toService.push(...updates(call));
        const take = (one = toService.shift()) => {
          if (one) toPage.push((session = one));
        };
        const tell = (one = toPage.shift()) => {
          if (!one) return;
          call.receive(echo(...one));
          collect();
        };
        for (const step of steps) {
          if (step === 'page') {
            page = `p${++count % 3}`;
            tools.set([{ name: page }]);
            handoffs = 0;
            collect();
          }
          if (step === 'service') take();
          if (step === 'told') tell();
          if (step === 'host' && ++handoffs < 5) {
            // Whatever it has not seen to be an agent's stays, as a host does it.
            const kept = session.filter((name) => name.startsWith('p'));
            agent = `agent_${++count}`;
            toPage.push((session = [agent, ...kept]));
          }
        }
        while (toService.length > 0 || toPage.length > 0) {
          take();
          tell();
        }
        expect(session.filter((name) => !name.startsWith('p'))).toEqual([agent]);
        expect(session).toContain(page);
      }),
      { numRuns: 500 },
    );
  });

  it('wait for nothing else when the session was opened before anybody listened', () => {
    const call = new FakeCall();
    call.begin({ tools: [look] });
    const tools = attachTools(call, [{ name: 'a' }]);
    expect(call.sent()).toEqual([{ type: 'session.update', session: { type: 'realtime' } }]);
    call.receive(echo('look_up'));
    expect(updates(call)).toEqual([['look_up', 'a']]);
    tools.close();
    expect(updates(call)).toEqual([['look_up']]);
  });

  it('are refused as a whole when one is wrong, and the others stay', () => {
    const { call, tools } = FakeCall.live([{ name: 'a' }]);
    expect(() => attachTools(call, [{ name: '' }])).toThrow(TypeError);
    expect(() => {
      tools.set([{ name: 'b' }, { name: '?' }]);
    }).toThrow('The tool "?"');
    expect(call.sent()).toEqual([]);
  });

  it('may be joined by others of lower rank', () => {
    const { call, tools } = FakeCall.live([]);
    const errors = call.collect('voice-error');
    const mine = [{ name: 'a', description: 'mine' }];
    tools.set(mine, [{ name: 'a' }, { name: 'b' }, { name: '?' }]);
    expect(call.sent()).toMatchObject([{ session: { tools: [...mine, { name: 'b' }] } }]);
    // What was wrong with one is not told again with each change of the others.
    tools.set(mine, [{ name: '?' }, { name: 'c' }]);
    expect(call.sent()).toMatchObject([{ session: { tools: [{ name: 'c' }, ...mine] } }]);
    expect(errors.map(({ error }) => error.code)).toEqual(['tool-failed']);
  });

  it('are taken back, and run no more, when they are closed', async () => {
    const { call, tools } = FakeCall.live([{ name: 'a', execute: () => 'x' }]);
    tools.close();
    expect(updates(call)).toEqual([[]]);
    call.receive(responseDone([functionCall('call_1', 'a')]));
    await new Promise((resolve) => setTimeout(resolve));
    expect(call.sent()).toEqual([]);
  });
});

describe('a listener of the page', () => {
  const request = responseDone([functionCall('call_1', 'a', { n: 1 })]);

  it('answers for a tool without a function', async () => {
    const { call } = FakeCall.live([{ name: 'a' }]);
    call.addEventListener('voice-tool-call', ({ detail }) => {
      if (detail.kind === 'tool') detail.respond(Promise.resolve(detail.arguments));
    });
    call.receive(request);
    expect(await call.answers()).toEqual(['call_1: {"n":1}']);
  });

  it('answers later in place of the function', async () => {
    let runs = 0;
    const { call } = FakeCall.live([{ name: 'a', execute: () => ++runs }]);
    call.addEventListener('voice-tool-call', (one) => {
      one.preventDefault();
    });
    const announced = call.next('voice-tool-call');
    call.receive(request);
    const detail = await announced;
    if (detail.kind === 'tool') {
      detail.respond('mine');
      detail.respond('again');
    }
    expect(await call.answers()).toEqual(['call_1: mine']);
    expect(runs).toBe(0);
  });

  it('that never answers meets the tool’s timeout', async () => {
    const { call } = FakeCall.live([{ name: 'a', timeout: 5 }]);
    call.addEventListener('voice-tool-call', (one) => {
      one.preventDefault();
    });
    call.receive(request);
    expect(await call.answers()).toEqual(['call_1: {"error":"The tool did not answer in time."}']);
  });

  it('that is not there is told to the agent at once', async () => {
    const { call } = FakeCall.live([{ name: 'a' }]);
    call.receive(request);
    expect(await call.answers()).toEqual([
      'call_1: {"error":"Nobody on the page runs this tool."}',
    ]);
  });

  it('may answer for the host, which otherwise answers for itself', async () => {
    const { call } = FakeCall.live([], {}, { tools: [look] });
    const calls = call.collect('voice-tool-call');
    call.receive(responseDone([functionCall('call_1', 'look_up')]));
    await new Promise((resolve) => setTimeout(resolve));
    expect(calls).toHaveLength(1);
    expect(call.sent()).toEqual([]);
    call.addEventListener('voice-tool-call', ({ detail }) => {
      if (detail.kind === 'tool') detail.respond('Found.');
    });
    call.receive(responseDone([functionCall('call_2', 'look_up')]));
    expect(await call.answers()).toEqual(['call_2: Found.']);
  });

  it('is not asked for the host with arguments that are none, of which the host tells the agent', async () => {
    const { call } = FakeCall.live([], {}, { tools: [look] });
    const calls = call.collect('voice-tool-call');
    call.receive(responseDone([functionCall('call_1', 'look_up', '[1]')]));
    await new Promise((resolve) => setTimeout(resolve));
    expect([calls, call.sent()]).toEqual([[], []]);
  });
});

describe('where the session is hidden from the page', () => {
  it('a function that nobody knows is left to the host', async () => {
    const call = new FakeCall();
    attachTools(call, [{ name: 'a', execute: () => 'Mine.' }]);
    call.turnLive();
    call.sent();
    call.receive(
      responseDone([functionCall('call_1', 'of_the_host')]),
      responseDone([functionCall('call_2', 'a')]),
    );
    expect(await call.answers()).toEqual(['call_2: Mine.']);
  });
});

describe('events that make no sense', () => {
  it.each([
    ['a session without tools', { tools: null }],
    ['tools that are no list', { tools: { length: 1e9 } }],
    ['tools that are nothing', { tools: [null] }],
    ['another kind of session', { type: 'transcription' }],
  ])('do no harm: %s', (_, session) => {
    const { call } = FakeCall.live([{ name: 'a' }]);
    call.receive(sessionEvent('session.updated', session), event('session.updated'));
    call.receive(echo('a'));
    expect(call.state.status).toBe('live');
  });
});
