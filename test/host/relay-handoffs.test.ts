// Handoffs that a relay host makes beside its page, with a stand-in for the service's end of the
// sideband: what is sent on it and when, and what becomes of calls whose sideband does not hold.
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  azure,
  compatible,
  createRelayHost,
  local,
  openai,
  type AgentOptions,
} from '../../src/host/index.js';
import { webSockets } from '../../src/host/web-socket.js';
import { Waiting } from '../support/waiting.js';
import { setUp } from './relay-support.js';
import { CANARY, OFFER, problemOf, callingProvider } from './support.js';

const agents: Record<string, AgentOptions> = {
  default: {
    instructions: 'You sell.',
    handoffs: ['support'],
    tools: [{ type: 'function', name: 'order' }],
    variables: { name: { type: 'string' } },
  },
  support: {
    instructions: 'You help {{name}}.',
    variables: { name: { type: 'string' } },
    label: 'Support',
    voice: 'cedar',
    handoffs: ['late_orders'],
    mcp: [
      {
        type: 'mcp',
        server_label: 'orders',
        server_url: 'https://mcp.example/',
        authorization: CANARY,
      },
    ],
  },
  late_orders: { instructions: 'You know late orders.' },
};
const JSON_BODY = { 'content-type': 'application/json' };
const PAGE_TOOL = { type: 'function', name: 'set_theme' };
const ORDER = { type: 'function', name: 'order' };
const TO_SUPPORT = { type: 'function', name: 'transfer_to_support' };

interface Sent {
  type: string;
  event_id?: string;
  session?: Record<string, unknown>;
  item?: { call_id: string; output: string };
}

let server: WebSocketServer;
let line: WebSocket;
let sent: Sent[];
let joined: IncomingMessage[];
let waiting: Waiting;
/** Whether the service refuses, by status, and what it makes of a change of the session. */
let refusing: number | undefined;
let onUpdate: (update: Sent) => object | undefined;

beforeEach(async () => {
  sent = [];
  joined = [];
  waiting = new Waiting(() => sent.map(({ type }) => type));
  refusing = undefined;
  onUpdate = ({ session }) => ({ type: 'session.updated', session });
  server = new WebSocketServer({
    port: 0,
    host: '127.0.0.1',
    verifyClient: (_info: unknown, done: (ok: boolean, status?: number) => void) => {
      waiting.changed();
      done(refusing === undefined, refusing);
    },
  });
  server.on('connection', (socket, request) => {
    line = socket;
    joined.push(request);
    socket.on('message', (data: Buffer) => {
      const event = JSON.parse(data.toString()) as Sent;
      sent.push(event);
      const answer = event.type === 'session.update' && onUpdate(event);
      if (answer) tell(answer);
      waiting.changed();
    });
    waiting.changed();
  });
  await once(server, 'listening');
});
afterEach(() => {
  vi.unstubAllGlobals();
  for (const client of server.clients) client.terminate();
  server.close();
});

const tell = (event: object): void => line.send(JSON.stringify(event));
const next = (count: number) =>
  waiting.until(`${count} events`, () => sent.length >= count && sent.splice(0, count), 5_000);

function relay(more: Partial<Parameters<typeof setUp>[0]> = {}) {
  const provider = callingProvider();
  const { port } = server.address() as AddressInfo;
  const calls = {
    ...provider.calls,
    sideband: (id: string) => ({
      url: `ws://127.0.0.1:${port}/v1/realtime?call_id=${id}`,
      headers: { Authorization: `Bearer ${CANARY}` },
    }),
  };
  return setUp({ agents, limits: false, provider: { ...provider, calls }, ...more });
}

async function begin(body: object = {}, more: Parameters<typeof relay>[0] = {}) {
  const host = relay(more);
  const response = await host.ask({
    headers: JSON_BODY,
    body: JSON.stringify({ sdp: OFFER, ...body }),
  });
  expect(response.status).toBe(201);
  await waiting.until('a sideband', () => joined.length > 0, 5_000);
  tell({ type: 'session.created', session: { tools: [ORDER, TO_SUPPORT] } });
  return { ...host, call: response.headers.get('location') ?? '' };
}

const called = (...names: string[]) => ({
  type: 'response.done',
  response: {
    id: 'resp_1',
    status: 'completed',
    conversation_id: 'conv_1',
    output: names.map((name, index) => ({
      type: 'function_call',
      status: 'completed',
      call_id: `${name}_${index}`,
      name,
      arguments: '{}',
    })),
  },
});

const outputs = (events: readonly Sent[]) =>
  events.flatMap(({ item }) => (item ? [`${item.call_id}: ${item.output}`] : []));

describe('an agent that hands over in relay mode', () => {
  it('is replaced by the host, with the page’s own tools, and the new one is asked to speak', async () => {
    const { entries } = await begin({ variables: { name: 'Ada' } });
    expect(joined[0]?.url).toBe('/v1/realtime?call_id=rtc_1');
    expect(joined[0]?.headers.authorization).toBe(`Bearer ${CANARY}`);
    tell({ type: 'session.updated', session: { tools: [ORDER, TO_SUPPORT, PAGE_TOOL] } });
    tell({ type: 'output_audio_buffer.started', response_id: 'resp_0' });
    tell(called('transfer_to_support'));
    const [update, output, response] = await next(3);
    // The voice stays, for it was heard.
    expect(update?.session).toEqual({
      type: 'realtime',
      instructions: 'You help Ada.',
      tools: [
        expect.objectContaining({ name: 'transfer_to_late_orders' }),
        expect.objectContaining({ server_label: 'orders', authorization: CANARY }),
        PAGE_TOOL,
      ],
      tool_choice: 'auto',
    });
    expect(outputs([output!])).toEqual(['transfer_to_support_0: {"transferred_to":"Support"}']);
    expect(response).toEqual({ type: 'response.create' });
    // And on to the next, who has no label.
    tell(called('transfer_to_late_orders'));
    const [second, after] = await next(3);
    expect(second?.session).toMatchObject({
      instructions: 'You know late orders.',
      tools: [PAGE_TOOL],
    });
    expect(outputs([after!])).toEqual([
      'transfer_to_late_orders_0: {"transferred_to":"Late orders"}',
    ]);
    await expect
      .poll(() => entries.filter(({ outcome }) => outcome === 'handed-over'))
      .toMatchObject([{ agent: 'support' }, { agent: 'late_orders' }]);
  });

  it('is not asked to go on after the fiftieth handoff', async () => {
    const ends: Record<string, AgentOptions> = {
      default: { instructions: 'You sell.', handoffs: ['support'] },
      support: { instructions: 'You help.', handoffs: ['default'] },
    };
    await begin({}, { agents: ends });
    for (let time = 0; time < 50; time++) {
      const { type, response } = called(`transfer_to_${time % 2 === 0 ? 'support' : 'default'}`);
      const output = response.output.map((call) => ({ ...call, call_id: `call_${time}` }));
      tell({ type, response: { ...response, output } });
      if (time < 49) await next(3);
    }
    expect((await next(2)).map(({ type }) => type)).toEqual([
      'session.update',
      'conversation.item.create',
    ]);
    line.ping();
    await once(line, 'pong');
    expect(sent).toEqual([]);
  });

  it('takes no change of the page for its own', async () => {
    onUpdate = () => undefined;
    await begin();
    tell({ type: 'output_audio_buffer.started' });
    tell(called('transfer_to_support'));
    const [update] = await next(1);
    const session = { instructions: 'You sell.', tools: [ORDER, TO_SUPPORT, PAGE_TOOL] };
    tell({ type: 'session.updated', session });
    line.ping();
    await once(line, 'pong');
    expect(sent).toEqual([]);
    tell({ type: 'session.updated', session: update?.session });
    expect(outputs(await next(2))).toEqual(['transfer_to_support_0: {"transferred_to":"Support"}']);
  });

  it('gives its voice away where nothing was heard, and keeps it where the service says so', async () => {
    onUpdate = ({ session, event_id }) =>
      session?.['audio']
        ? { type: 'error', error: { event_id, message: 'Cannot update a voice.' } }
        : { type: 'session.updated', session };
    await begin();
    tell(called('transfer_to_support'));
    const [first, second, output] = await next(4);
    expect(first?.session).toMatchObject({ audio: { output: { voice: 'cedar' } } });
    expect(second?.session).not.toHaveProperty('audio');
    expect(outputs([output!])[0]).toContain('Support');
  });

  it('is told where the service refuses, and may try again', async () => {
    onUpdate = ({ event_id }) => ({ type: 'error', error: { event_id, message: CANARY } });
    const { entries } = await begin();
    tell({ type: 'output_audio_buffer.started' });
    tell(called('transfer_to_support'));
    const [, output, response] = await next(3);
    expect(outputs([output!])).toEqual([
      'transfer_to_support_0: {"error":"The service refused the handoff."}',
    ]);
    expect(response?.type).toBe('response.create');
    await expect.poll(() => entries.map(({ outcome }) => outcome)).toContain('handoff-failed');
    onUpdate = ({ session }) => ({ type: 'session.updated', session });
    const again = called('transfer_to_support');
    again.response.output[0]!.call_id = 'again';
    tell(again);
    expect(outputs(await next(3))[0]).toBe('again: {"transferred_to":"Support"}');
  });

  it('leaves the word to a visitor who speaks, and to the page that has tools to answer for', async () => {
    await begin();
    tell({ type: 'input_audio_buffer.speech_started' });
    tell(called('transfer_to_support'));
    await next(2);
    tell({ type: 'response.created' });
    tell(called('order', 'transfer_to_late_orders'));
    await next(2);
    tell({ type: 'session.updated', session: { tools: [] } });
    // What has its answer, what is cut short, and what is the page's are left alone.
    tell(called('order'));
    tell({ ...called(), response: { status: 'incomplete', output: [{ type: 'function_call' }] } });
    for (const odd of [null, [], 7, { type: 'response.done', response: null }, { type: 7 }]) {
      line.send(JSON.stringify(odd));
    }
    line.send('{"type":');
    tell(called('transfer_to_support', 'transfer_to_late_orders'));
    line.ping();
    await once(line, 'pong');
    expect(sent).toEqual([]);
  });

  it('lets one take over at a time', async () => {
    await begin();
    tell(called('transfer_to_support', 'transfer_to_support'));
    const events = await next(4);
    expect(outputs(events).sort()).toEqual([
      'transfer_to_support_0: {"transferred_to":"Support"}',
      'transfer_to_support_1: {"error":"Only one agent can take over."}',
    ]);
    expect(events.filter(({ type }) => type === 'response.create')).toHaveLength(1);
  });
});

describe('a sideband', () => {
  it('is not opened for an agent that hands over to nobody', async () => {
    const { ask } = relay();
    const body = JSON.stringify({ sdp: OFFER, agent: 'late_orders' });
    expect((await ask({ headers: JSON_BODY, body })).status).toBe(201);
    await begin();
    expect(joined.map(({ url }) => url)).toEqual(['/v1/realtime?call_id=rtc_1']);
  });

  it('closes with the call, and with the host', async () => {
    const { call, end, host } = await begin();
    const closed = once(line, 'close');
    expect((await end(call)).status).toBe(204);
    await closed;
    joined = [];
    await host.close();
    const other = await begin();
    const over = once(line, 'close');
    await other.host.close();
    await over;
  });

  it('is opened again when it breaks, and knows who is there', async () => {
    await begin();
    tell(called('transfer_to_support'));
    await next(3);
    line.terminate();
    await waiting.until('the next', () => joined.length === 2, 5_000);
    tell({ type: 'session.created', session: { tools: [] } });
    tell(called('transfer_to_late_orders'));
    expect(outputs(await next(3))[0]).toContain('Late orders');
  });

  it('that ended with its call is not', async () => {
    const { entries } = await begin();
    line.close(1000);
    await once(line, 'close');
    joined = [];
    const other = await begin();
    // Until one that broke is opened again, that one would be as well.
    line.terminate();
    await waiting.until('the next', () => joined.length >= 2, 5_000);
    expect(joined).toHaveLength(2);
    expect(entries.map(({ outcome }) => outcome)).toEqual(['called']);
    await other.host.close();
  });

  it('that cannot be opened leaves the call alone, and says so once', async () => {
    refusing = 404;
    const { ask, entries, provider } = relay();
    const body = JSON.stringify({ sdp: OFFER });
    expect((await ask({ headers: JSON_BODY, body })).status).toBe(201);
    await expect
      .poll(() => entries.map(({ outcome }) => outcome), { timeout: 15_000 })
      .toContain('sideband-lost');
    expect(joined).toEqual([]);
    expect(provider.ended).toEqual([]);
    expect(JSON.stringify(entries)).not.toContain('rtc_1');
  }, 20_000);
});

describe('a socket of the platform that never opens', () => {
  it('and tells only of an error is tried again', async () => {
    const made: EventTarget[] = [];
    vi.stubGlobal('WebSocket', function () {
      const socket = Object.assign(new EventTarget(), { close: () => undefined });
      made.push(socket);
      setTimeout(() => socket.dispatchEvent(new Event('error')));
      return socket;
    });
    const { ask } = relay();
    await ask({ headers: JSON_BODY, body: JSON.stringify({ sdp: OFFER }) });
    await expect.poll(() => made.length, { timeout: 5_000 }).toBeGreaterThan(2);
  });
});

describe('a page', () => {
  it('is given no agent by a relay host, whatever it asks', async () => {
    const { ask, provider } = relay();
    for (const body of [{ handoff: 'support' }, { sdp: OFFER, handoff: 'support' }]) {
      const response = await ask({ headers: JSON_BODY, body: JSON.stringify(body) });
      expect(response.status).toBe(400);
      expect(JSON.stringify(await problemOf(response))).not.toContain('You help');
    }
    expect(provider.created).toEqual([]);
  });
});

describe('a relay host with handoffs', () => {
  it('does not start where the service has no sideband', () => {
    expect(() => createRelayHost({ provider: callingProvider(), agents })).toThrow(
      'agents.default.handoffs: cannot be made in relay mode with "counting", which has no calls.sideband().',
    );
  });

  it('does not start where the platform has no WebSocket that lasts', () => {
    vi.stubGlobal('navigator', { userAgent: 'Cloudflare-Workers' });
    expect(() => relay()).toThrow(
      /agents.default.handoffs: cannot be made .* on Cloudflare Workers/,
    );
  });

  it('takes the platform’s own WebSocket where there is one', () => {
    const made: unknown[][] = [];
    vi.stubGlobal('WebSocket', function (...given: unknown[]) {
      made.push(given);
    });
    const make = webSockets();
    if (typeof make === 'string') throw new Error(make);
    make({ url: 'ws://127.0.0.1:1', headers: { a: 'b' } });
    expect(made).toEqual([['ws://127.0.0.1:1', { headers: { a: 'b' } }]]);
  });
});

describe('the address', () => {
  it.each([
    [
      openai({ apiKey: CANARY, organization: 'org-1' }),
      'wss://api.openai.com/v1/realtime?call_id=rtc_1',
      { Authorization: `Bearer ${CANARY}`, 'OpenAI-Organization': 'org-1' },
    ],
    [
      azure({ endpoint: 'https://shop.openai.azure.com', deployment: 'shop', apiKey: CANARY }),
      'wss://shop.openai.azure.com/openai/v1/realtime?call_id=rtc_1',
      { 'api-key': CANARY },
    ],
    [
      compatible({ baseUrl: 'https://llm.example', model: 'm' }),
      'wss://llm.example/v1/realtime?call_id=rtc_1',
      {},
    ],
    [
      local({ url: 'http://127.0.0.1:4301' }),
      'ws://127.0.0.1:4301/v1/realtime?call_id=rtc_1',
      { Authorization: 'Bearer local' },
    ],
  ])('of %o is where the service takes it', async (provider, url, headers) => {
    expect(await provider.calls?.sideband?.('rtc_1')).toEqual({ url, headers });
  });
});
