// From words to tools without a call: which tool is asked for, with which arguments, and what is said
// about what it returned. And what a session may say about tools.
import { describe, expect, it } from 'vitest';
import { numbersIn } from '../../src/local/agents/numbers.js';
import { shopAgent } from '../../src/local/agents/shop.js';
import { errorIn, sayOutput } from '../../src/local/agents/spoken-results.js';
import { askedCalls } from '../../src/local/agents/tool-choice.js';
import { agentFor, Understanding } from '../../src/local/agents/understanding.js';
import { outcomeOf } from '../../src/local/mcp/mcp-outcome.js';
import { isAllowed, needsApproval } from '../../src/local/mcp/mcp-policy.js';
import { within } from '../../src/local/mcp/within.js';
import { imageTokens, readImage } from '../../src/local/session/image.js';
import { createSessionConfig } from '../../src/local/session/session-config.js';
import { showSession } from '../../src/local/session/show-session.js';
import type { McpTool } from '../../src/local/session/tool-config.js';

const shop = new Understanding(shopAgent);
const tool = (name: string, properties: object = {}, required: string[] = []) => ({
  name,
  schema: { type: 'object', properties, required },
});
const text = { type: 'string' };
const number = { type: 'number' };

const TOOLS = [
  tool('get_weather', { location: text }, ['location']),
  tool('add_to_cart', { product: text, quantity: { type: 'integer' } }, ['product']),
  tool('get_order_status', { order_id: text }),
  tool('setTheme', { theme: { type: 'string', enum: ['dark', 'light blue'] } }),
  tool('echo', { message: text }, ['message']),
  tool('get-sum', { a: number, b: number }, ['a', 'b']),
  tool('add_to_shopping_list', { item: text }, ['item']),
  tool('end_call'),
  tool('search_plants', { query: text, in_stock: { type: 'boolean' } }, ['query']),
];

describe('a sentence', () => {
  it.each([
    ['What is the weather in Paris?', 'get_weather', { location: 'Paris' }],
    ['what is the weather like in new york', 'get_weather', { location: 'New York' }],
    ['tell me the weather in San José today, please', 'get_weather', { location: 'San José' }],
    ['what is the weather', 'get_weather', { location: 'here' }],
    ['i want to buy a cactus', 'add_to_cart', { product: 'cactus', quantity: 1 }],
    ['add three ferns to my cart', 'add_to_cart', { product: 'three ferns', quantity: 3 }],
    ['where is my order', 'get_order_status', {}],
    ['order status of A-1234', 'get_order_status', { order_id: 'A-1234' }],
    ['set theme to light blue', 'setTheme', { theme: 'light blue' }],
    ['Echo "Hello, you!"', 'echo', { message: 'Hello, you' }],
    ['add two and three', 'get-sum', { a: 2, b: 3 }],
    ['what is the sum of 2.5 and -4', 'get-sum', { a: 2.5, b: -4 }],
    ['add milk to my shopping list', 'add_to_shopping_list', { item: 'milk' }],
    ['search plants with big leaves', 'search_plants', { query: 'big leaves' }],
    ['goodbye', 'end_call', {}],
  ])('"%s" asks for %s', (said, name, args) => {
    const calls = askedCalls(said, TOOLS, shop);
    expect(calls.map((call) => [call.tool.name, JSON.parse(call.arguments) as unknown])).toEqual([
      [name, args],
    ]);
  });

  it.each([
    ['what is the weather and where is my order', ['get_weather', 'get_order_status']],
    ['echo hello, then set theme to dark', ['echo', 'setTheme']],
    ['the weather in Rome and Paris', ['get_weather']],
  ])('"%s" asks for all of %j', (said, names) => {
    expect(askedCalls(said, TOOLS, shop).map((call) => call.tool.name)).toEqual(names);
  });

  it('asks for nothing that is not offered, or not named', () => {
    for (const said of [
      'where is my order',
      'tell me a story',
      'hello',
      '',
      'the quick brown fox',
    ]) {
      expect(askedCalls(said, [tool('book_flight')], shop)).toEqual([]);
    }
  });

  it('has its numbers in digits and words', () => {
    expect(numbersIn('twenty five, two hundred five, 3.5 and one two')).toEqual([
      25, 205, 3.5, 1, 2,
    ]);
    expect(numbersIn('none at all')).toEqual([]);
  });
});

describe('the agent of a session', () => {
  it('is named by a line of the instructions, or else by the model', () => {
    expect(agentFor({ model: 'gpt-realtime-2.1' }).name).toBe('shop');
    expect(agentFor({ model: 'echo' }).name).toBe('echo');
    expect(agentFor({ model: 'echo', instructions: 'Be kind.\nAgent: Support\n' }).name).toBe(
      'support',
    );
    expect(agentFor({ instructions: 'You are an agent: support people.' }).name).toBe('shop');
  });
});

describe('what a tool returned', () => {
  it('is said, and so is what went wrong', () => {
    expect(sayOutput('{"temperature":21}')).toBe('temperature: 21');
    expect(sayOutput('{"error":{"code":4,"message":"Sold out."}}')).toBe(
      'That did not work. Sold out.',
    );
    for (const bad of ['{"isError":true}', '{"success":false}', 'An error occurred while …']) {
      expect(errorIn(bad), bad).toBeDefined();
    }
    for (const good of ['{"error":null,"ok":true}', 'No errors.', '[1]', '']) {
      expect(errorIn(good), good).toBeUndefined();
    }
  });

  it('is text where it was something else', () => {
    const content = [
      { type: 'text', text: 'a' },
      { type: 'image', mimeType: 'image/png', data: 'AAAA' },
      { type: 'resource_link', uri: 'file:///b' },
    ];
    expect(outcomeOf({ content }).output).toBe('a\n[image image/png]\nfile:///b');
    expect(outcomeOf({ content: [], structuredContent: { a: 1 } }).output).toBe('{"a":1}');
    expect(outcomeOf({ content: [], isError: true }).error?.type).toBe('tool_execution_error');
  });
});

describe('the policy of a remote server', () => {
  const server = (fields: Partial<McpTool>): McpTool => ({
    type: 'mcp',
    server_label: 'a',
    ...fields,
  });
  const reading = { name: 'look', annotations: { readOnlyHint: true } };
  const writing = { name: 'burn' };

  it.each([
    [{}, true, true],
    [{ require_approval: 'never' as const }, false, false],
    [{ require_approval: { never: { tool_names: ['look'] } } }, false, true],
    [{ require_approval: { never: { read_only: true } } }, false, true],
    [
      { require_approval: { never: { tool_names: ['look'] }, always: { tool_names: ['look'] } } },
      true,
      true,
    ],
  ])('%j asks before looking: %s, before burning: %s', (fields, look, burn) => {
    expect(needsApproval(server(fields), reading)).toBe(look);
    expect(needsApproval(server(fields), writing)).toBe(burn);
  });

  it('allows all, the named, or those that only read', () => {
    expect(isAllowed(server({}), writing)).toBe(true);
    expect(isAllowed(server({ allowed_tools: ['look'] }), writing)).toBe(false);
    expect(isAllowed(server({ allowed_tools: { read_only: true } }), reading)).toBe(true);
    expect(isAllowed(server({ allowed_tools: { read_only: true } }), writing)).toBe(false);
  });
});

describe('a session with remote servers', () => {
  const url = 'https://example.com/mcp';
  const make = (...tools: object[]) =>
    createSessionConfig({
      type: 'realtime',
      tools: tools.map((fields) => ({ type: 'mcp', server_label: 'a', ...fields })),
    });

  it.each([
    [[{ server_url: url }, { server_url: url }], 'session.tools'],
    [[{ server_url: url, connector_id: 'connector_gmail' }], 'session.tools[0]'],
    [[{ connector_id: 'connector_gmail' }], 'session.tools[0].connector_id'],
    [[{ tunnel_id: 'tunnel_1' }], 'session.tools[0].tunnel_id'],
    [[{ server_url: 'file:///etc/passwd' }], 'session.tools[0].server_url'],
    [[{ server_url: 'https://me:secret@example.com' }], 'session.tools[0].server_url'],
    [
      [{ server_url: url, authorization: 'x', headers: { authorization: 'y' } }],
      'session.tools[0].authorization',
    ],
    [[{ server_url: url, headers: { 'a b': 'c' } }], 'session.tools[0].headers'],
    [[{ server_url: url, require_approval: 'sometimes' }], 'session.tools[0].require_approval'],
    [[{ server_url: url, server_label: '' }], 'session.tools[0].server_label'],
    [[{ server_url: url, transport: 'sse' }], 'session.tools[0].transport'],
  ])('is refused for %j', (tools, param) => {
    expect(() => make(...tools)).toThrow(expect.objectContaining({ param }));
  });

  it('is shown without its secrets', () => {
    const config = make({ server_url: url, headers: { Authorization: 'Bearer s3cret' } });
    expect(config.tools[0]).toMatchObject({ headers: { Authorization: 'Bearer s3cret' } });
    expect(JSON.stringify(showSession(config, 'sess_1', 0))).not.toContain('s3cret');
  });
});

describe('waiting', () => {
  it('ends with the work, the time or the signal', async () => {
    const never = new Promise<never>(() => undefined);
    await expect(within(Promise.resolve(1), 1_000)).resolves.toBe(1);
    await expect(within(never, 5)).rejects.toThrow('No answer within 0.005 seconds.');
    const ending = new AbortController();
    const waiting = within(never, 10_000, ending.signal);
    ending.abort();
    await expect(waiting).rejects.toThrow('cancelled');
    await expect(within(never, 10_000, ending.signal)).rejects.toThrow('cancelled');
  });
});

describe('a picture', () => {
  const url = (type: string, ...bytes: (string | number[])[]): string => {
    const parts = bytes.map((part) =>
      typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part),
    );
    return `data:image/${type};base64,${Buffer.concat(parts).toString('base64')}`;
  };
  const segment = (marker: number, ...rest: number[]): number[] => [0xff, marker, ...rest];

  it.each([
    ['gif', url('gif', 'GIF89a', [3, 0, 2, 1]), 3, 258],
    [
      'jpeg',
      url(
        'jpeg',
        segment(0xd8),
        segment(0xe0, 0, 4, 9, 9),
        segment(0xc4, 0, 2),
        segment(0xc2, 0, 11, 8, 1, 0xe0, 2, 0x80),
      ),
      640,
      480,
    ],
    ['webp', url('webp', 'RIFF----WEBPVP8X----', [0, 0, 0, 0, 9, 0, 0, 4, 1, 0]), 10, 261],
    ['webp', url('webp', 'RIFF----WEBPVP8L----', [0x2f, 0x03, 0xc0, 0x00, 0x00]), 4, 4],
    ['webp', url('webp', 'RIFF----WEBPVP8 ----', [0, 0, 0, 0x9d, 1, 0x2a, 5, 0, 6, 0]), 5, 6],
  ])('of type %s tells its size', (type, picture, width, height) => {
    expect(readImage(picture)).toEqual({ type, width, height });
  });

  it.each([
    'https://example.com/a.png',
    'data:image/png,plain',
    'data:image/bmp;base64,Qk0=',
    'data:text/plain;base64,aGVsbG8=',
    url('png', 'not a png at all, but long enough'),
    url('jpeg', segment(0xd8), segment(0xe0, 0xff, 0xff)),
    url('gif', 'GIF89a'),
  ])('is refused when it is %s', (bad) => {
    expect(() => readImage(bad, 'item.content[0].image_url')).toThrow(
      expect.objectContaining({ code: 'invalid_value', param: 'item.content[0].image_url' }),
    );
  });

  it('counts by its tiles, and little when little detail is wanted', () => {
    expect(imageTokens({ type: 'png', width: 1_024, height: 1_024 })).toBe(85 + 170 * 4);
    expect(imageTokens({ type: 'png', width: 4_096, height: 8_192 })).toBe(85 + 170 * 6);
    expect(imageTokens({ type: 'png', width: 1_024, height: 1_024 }, 'low')).toBe(85);
  });
});
