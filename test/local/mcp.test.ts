// Remote MCP tools over real WebRTC against real MCP servers: they are found, asked for, allowed or
// not, called, and what they answer is said.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { callers } from '../support/callers.js';
import type { RealtimePeer } from '../support/realtime-peer.js';
import { synthesize } from '../support/speech.js';
import {
  startEverything,
  startOwnServer,
  type OwnServer,
  type RunningServer,
} from './mcp-servers.js';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 40_000 });

const PASSWORD = 'open-sesame-7';
const talk = callers();
let everything: RunningServer;
let own: OwnServer;

beforeAll(async () => {
  [everything, own] = await Promise.all([startEverything(), startOwnServer(PASSWORD)]);
});
afterAll(() => Promise.all([everything.close(), own.close()]));

const remote = (fields: Record<string, unknown> = {}): Record<string, unknown> => ({
  type: 'mcp',
  server_label: 'everything',
  server_url: everything.url,
  ...fields,
});
const secret = (fields: Record<string, unknown> = {}): Record<string, unknown> => ({
  type: 'mcp',
  server_label: 'own',
  server_url: own.url,
  authorization: PASSWORD,
  require_approval: 'never',
  ...fields,
});
const session = (...tools: unknown[]) => ({ session: { output_modalities: ['text'], tools } });

async function connected(...tools: unknown[]): Promise<RealtimePeer> {
  const peer = await talk(session(...tools));
  await peer.event('mcp_list_tools.completed');
  return peer;
}

function ask(peer: RealtimePeer, text: string, response?: Record<string, unknown>): number {
  const from = peer.events.length;
  const content = [{ type: 'input_text', text }];
  peer.send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content } });
  peer.send({ type: 'response.create', ...(response && { response }) });
  return from;
}

async function answer(peer: RealtimePeer): Promise<string> {
  const from = peer.events.length;
  peer.send({ type: 'response.create' });
  const { text } = await peer.event('response.output_text.done', { from });
  await peer.event('rate_limits.updated', { from });
  return text;
}

/** The `mcp_call` that is done next. */
function done(peer: RealtimePeer, from: number) {
  return peer.waitFor('a call that is done', () => {
    for (const event of peer.events.slice(from)) {
      if (event.type === 'conversation.item.done' && event.item.type === 'mcp_call') {
        return event.item;
      }
    }
    return undefined;
  });
}

describe('the tools of a remote server', () => {
  it('are found when the session begins, and told in the order of the service', async () => {
    const peer = await connected(remote());
    expect(peer.types()).toEqual([
      'session.created',
      'conversation.created',
      'mcp_list_tools.in_progress',
      'conversation.item.added',
      'conversation.item.done',
      'mcp_list_tools.completed',
    ]);
    const { item } = await peer.event('conversation.item.done');
    expect(item).toMatchObject({
      type: 'mcp_list_tools',
      server_label: 'everything',
      tools: expect.arrayContaining([
        expect.objectContaining({
          name: 'echo',
          description: 'Echoes back the input string',
          input_schema: expect.objectContaining({ required: ['message'] }) as unknown,
        }),
      ]) as unknown,
    });
    expect(await answer(peer)).toContain('this is Fern and Co');
  });

  it('are found again after an update, only once for the same server, and gone without it', async () => {
    const peer = await talk(session());
    const update = (...tools: unknown[]): void =>
      peer.send({ type: 'session.update', session: { type: 'realtime', tools } });
    update(remote({ allowed_tools: ['echo'] }));
    await peer.event('mcp_list_tools.completed');
    const { item } = await peer.event('conversation.item.done');
    expect(item.type === 'mcp_list_tools' && item.tools.map(({ name }) => name)).toEqual(['echo']);
    update(remote({ require_approval: 'never' }));
    const from = ask(peer, 'echo good morning');
    expect((await done(peer, from)).output).toBe('Echo: good morning');
    expect(peer.types().filter((type) => type === 'mcp_list_tools.in_progress')).toHaveLength(1);
    update();
    const after = ask(peer, 'echo good morning');
    const { text } = await peer.event('response.output_text.done', { from: after });
    expect(text).toBe('There is no echo in this shop.');
  });

  it('are not there when the server is not, and the session goes on', async () => {
    const peer = await talk(
      session(
        remote({ server_url: 'http://127.0.0.1:9/mcp' }),
        secret({ authorization: 'wrong-word' }),
      ),
    );
    await peer.waitFor(
      'both failures',
      () => peer.types().filter((type) => type === 'mcp_list_tools.failed').length === 2,
    );
    const told = JSON.stringify(peer.events);
    expect(told).toContain('The MCP server could not be reached.');
    expect(told).toContain('The MCP server answered with HTTP 401.');
    expect(told).not.toContain('Who are you');
    expect(told).not.toContain('wrong-word');
    const from = ask(peer, 'echo hello', { tool_choice: 'required' });
    const { response } = await peer.event('response.done', { from });
    expect(response.status_details).toMatchObject({ type: 'failed' });
  });
});

describe('a call without an approval', () => {
  it('is a part of the response, and its output is said next', async () => {
    const peer = await connected(remote({ require_approval: 'never' }));
    const from = ask(peer, 'add two and three');
    const { response } = await peer.event('response.done', { from });
    expect(peer.types(from)).toEqual([
      'conversation.item.added',
      'conversation.item.done',
      'response.created',
      'response.output_item.added',
      'conversation.item.added',
      'response.mcp_call_arguments.done',
      'response.mcp_call.in_progress',
      'response.mcp_call.completed',
      'response.output_item.done',
      'conversation.item.done',
      'response.done',
    ]);
    expect(response.output).toMatchObject([
      {
        type: 'mcp_call',
        server_label: 'everything',
        name: 'get-sum',
        arguments: '{"a":2,"b":3}',
        output: 'The sum of 2 and 3 is 5.',
        error: null,
      },
    ]);
    expect(await answer(peer)).toBe('The sum of 2 and 3 is 5.');
  });

  it('is asked for by voice, and answered by voice', async () => {
    const peer = await talk({ session: { tools: [remote({ require_approval: 'never' })] } });
    await peer.event('mcp_list_tools.completed');
    await peer.say(synthesize('add two and three', { voice: 'rms' }));
    await peer.event('rate_limits.updated', { ms: 15_000 });
    peer.send({ type: 'response.create' });
    const { transcript } = await peer.event('response.output_audio_transcript.done');
    expect(transcript).toBe('The sum of 2 and 3 is 5.');
  });

  it('says what went wrong, where the tool fails or its arguments do', async () => {
    const peer = await connected(remote({ require_approval: 'never' }), secret());
    await peer.waitFor(
      'both lists',
      () => peer.types().filter((type) => type === 'mcp_list_tools.completed').length === 2,
    );
    expect((await done(peer, ask(peer, 'please break down'))).error).toEqual({
      type: 'tool_execution_error',
      message: 'It broke.',
    });
    expect(peer.types()).toContain('response.mcp_call.failed');
    expect(await answer(peer)).toBe('That did not work. It broke.');
    const bad = await done(peer, ask(peer, 'call get-sum {"a":"x"}'));
    expect(bad.error?.message).toContain('Invalid arguments');
    const long = await done(peer, ask(peer, 'a long story'));
    expect(long.output).toHaveLength(16_000 + '… (84000 characters more)'.length);
  });

  it('ends when the visitor hangs up', async () => {
    const peer = await connected(secret());
    await peer.event('response.mcp_call.in_progress', { from: ask(peer, 'call wait') });
    await vi.waitFor(() => expect(own.open).toBe(1));
    peer.close();
    await vi.waitFor(() => expect(own.open).toBe(0), { timeout: 10_000 });
  });

  it('ends when the response is cancelled', async () => {
    const peer = await connected(secret());
    const from = ask(peer, 'call wait');
    await peer.event('response.mcp_call.in_progress', { from });
    peer.send({ type: 'response.cancel' });
    const { response } = await peer.event('response.done', { from });
    expect(response).toMatchObject({
      status: 'cancelled',
      output: [{ type: 'mcp_call', error: { message: 'The work was cancelled.' } }],
    });
  });
});

describe('a call that needs an approval', () => {
  /** Asks, and returns the id of the request. */
  async function requested(peer: RealtimePeer, text: string): Promise<string> {
    const from = ask(peer, text);
    const { response } = await peer.event('response.done', { from });
    await peer.event('rate_limits.updated', { from });
    const [item] = response.output ?? [];
    if (item?.type !== 'mcp_approval_request') throw new Error(`Got ${JSON.stringify(item)}`);
    return item.id;
  }
  const reply = (id: string, approve: boolean): Record<string, unknown> => ({
    type: 'conversation.item.create',
    item: { type: 'mcp_approval_response', approval_request_id: id, approve },
  });

  it('is made after a yes, and its output is said', async () => {
    const peer = await connected(remote());
    const from = peer.events.length;
    const id = await requested(peer, 'echo hello world');
    expect(peer.types(from)).toEqual([
      'conversation.item.added',
      'conversation.item.done',
      'response.created',
      'response.output_item.added',
      'conversation.item.added',
      'response.mcp_call_arguments.done',
      'response.output_item.done',
      'conversation.item.done',
      'response.done',
      'rate_limits.updated',
    ]);
    expect(await answer(peer)).toBe('I may use echo only when you allow it.');
    const approvedAt = peer.events.length;
    peer.send(reply(id, true));
    const call = await done(peer, approvedAt);
    expect(call).toMatchObject({
      approval_request_id: id,
      arguments: '{"message":"hello world"}',
      output: 'Echo: hello world',
    });
    expect(peer.types(approvedAt)).toEqual([
      'conversation.item.added',
      'conversation.item.done',
      'conversation.item.added',
      'response.mcp_call.in_progress',
      'response.mcp_call.completed',
      'conversation.item.done',
    ]);
    expect(await answer(peer)).toBe('Echo: hello world');
    const twice = peer.events.length;
    peer.send(reply(id, true));
    expect((await peer.event('error', { from: twice })).error.param).toBe(
      'item.approval_request_id',
    );
  });

  it('is waited for by an answer that was asked for in the same breath', async () => {
    const peer = await connected(remote());
    peer.send(reply(await requested(peer, 'echo hello'), true));
    expect(await answer(peer)).toBe('Echo: hello');
  });

  it('is not made after a no, and the agent says so', async () => {
    const peer = await connected(remote());
    const from = peer.events.length;
    peer.send(reply(await requested(peer, 'add two and three'), false));
    expect(await answer(peer)).toBe('All right, I did not use get sum.');
    expect(peer.types(from)).not.toContain('response.mcp_call.in_progress');
    peer.send(reply('mcpr_unknown', true));
    expect((await peer.event('error')).error.code).toBe('item_not_found');
  });

  it('is only needed for the tools that the session says', async () => {
    const never = { never: { tool_names: ['echo'] } };
    const peer = await connected(remote({ require_approval: never }));
    const from = ask(peer, 'echo hello');
    expect((await done(peer, from)).output).toBe('Echo: hello');
    await peer.event('rate_limits.updated', { from });
    await requested(peer, 'add two and three');
  });
});

describe('a server for one response', () => {
  it('is connected when it is named, and known by its label from then on', async () => {
    const peer = await talk(session());
    const first = ask(peer, 'echo hello', { tools: [remote({ require_approval: 'never' })] });
    expect((await done(peer, first)).output).toBe('Echo: hello');
    const again = ask(peer, 'echo what i say', {
      tools: [{ type: 'mcp', server_label: 'everything' }],
    });
    expect((await done(peer, again)).output).toBe('Echo: what i say');
    const unknown = peer.events.length;
    peer.send({
      type: 'response.create',
      response: { tools: [{ type: 'mcp', server_label: 'nobody' }] },
    });
    expect((await peer.event('error', { from: unknown })).error.code).toBe(
      'missing_required_parameter',
    );
  });
});

describe('what is secret', () => {
  it('reaches the server and no event, not even when the server tells it', async () => {
    const headers = { Authorization: `Bearer ${PASSWORD}`, 'X-Shop': 'fern-and-co' };
    const peer = await connected(secret({ authorization: undefined, headers }));
    expect(own.requests.at(-1)).toMatchObject({ 'x-shop': 'fern-and-co' });
    const bearer = await connected(secret());
    const call = await done(bearer, ask(bearer, 'please whisper'));
    expect(call.output).toBe('It is <hidden>.');
    expect(JSON.stringify([peer.events, bearer.events])).not.toContain(PASSWORD);
    expect(JSON.stringify(peer.events)).not.toContain('fern-and-co');
    expect((await peer.event('session.created')).session).toMatchObject({
      tools: [{ headers: { Authorization: '<hidden>', 'X-Shop': '<hidden>' } }],
    });
  });
});

describe('faults on demand', () => {
  it('let every call fail, or every list', async () => {
    const tools = session(remote({ require_approval: 'never' }));
    const [calls, lists] = await Promise.all([
      talk({ ...tools, fault: 'mcp-fail' }),
      talk({ ...tools, fault: 'mcp-list-fail' }),
    ]);
    await calls.event('mcp_list_tools.completed');
    expect((await done(calls, ask(calls, 'echo hello'))).error).toMatchObject({ code: 503 });
    await lists.event('mcp_list_tools.failed');
  });
});
