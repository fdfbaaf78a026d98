/** The service calls tools of remote MCP servers; the visitor approves, the page hears of it. */
import { describe, expect, it } from 'vitest';
import { event, responseEvent } from '../../support/server-events.js';
import { FakeCall } from './fake-call.js';

const request = (id = 'mcpr_1') => ({
  id,
  type: 'mcp_approval_request',
  server_label: 'shop',
  name: 'order',
  arguments: '{"sku":7}',
});
const mcpCall = (end: object = {}) => ({
  id: 'mcp_1',
  type: 'mcp_call',
  server_label: 'shop',
  name: 'order',
  arguments: '{"sku":7}',
  ...end,
});
const itemDone = (item: object) => event('conversation.item.done', { item });
const outputDone = (item: object) => event('response.output_item.done', { item });
const idle = () => new Promise((resolve) => setTimeout(resolve));
const setUp = (approvalTimeout?: number) => FakeCall.live([], { approvalTimeout });
const typesOf = (call: FakeCall) => call.sent().map(({ type }) => type);

describe('a remote tool that needs approval', () => {
  it('is asked for once, and the yes goes to the service', async () => {
    const { call } = setUp();
    const requests = call.collect('voice-approval-request');
    call.receive(outputDone(request()), itemDone(request()));
    expect(requests).toMatchObject([
      { kind: 'mcp', id: 'mcpr_1', name: 'order', server: 'shop', arguments: { sku: 7 } },
    ]);
    requests[0]?.approve();
    const answer = await call.nextSent();
    expect(answer).toMatchObject({
      type: 'conversation.item.create',
      item: { type: 'mcp_approval_response', approval_request_id: 'mcpr_1', approve: true },
    });
    expect(answer).not.toHaveProperty('item.reason');
    expect(answer).toHaveProperty('item.id', expect.stringMatching(/^mcpa_[0-9a-f]{24}$/));
    await idle();
    expect(typesOf(call)).toEqual([]);
  });

  it('is not called after a no, of which the agent speaks', async () => {
    const { call } = setUp();
    const requests = call.collect('voice-approval-request');
    call.receive(itemDone(request()));
    requests[0]?.deny('Not today.');
    expect(await call.nextSent()).toMatchObject({
      item: { approve: false, reason: 'The visitor did not allow this. They said: Not today.' },
    });
    expect(await call.nextSent()).toEqual({ type: 'response.create' });
  });

  it('is not called when nobody answers', async () => {
    const { call } = setUp(5);
    call.receive(itemDone(request()));
    expect(await call.nextSent()).toMatchObject({ item: { approve: false } });
  });

  it('is answered nowhere after the end of the call', async () => {
    const { call } = setUp();
    const requests = call.collect('voice-approval-request');
    call.receive(itemDone(request()));
    call.end();
    call.begin();
    requests[0]?.approve();
    await idle();
    expect(typesOf(call)).toEqual([]);
  });

  it('may be approved for the whole call', async () => {
    const { call } = setUp();
    const requests = call.collect('voice-approval-request');
    call.receive(itemDone(request('mcpr_1')));
    requests[0]?.approve({ forCall: true });
    await call.nextSent();
    call.receive(itemDone(request('mcpr_2')));
    expect(await call.nextSent()).toMatchObject({ item: { approval_request_id: 'mcpr_2' } });
    expect(requests).toHaveLength(1);
  });

  it('shows arguments that are no JSON as they are', () => {
    const { call } = setUp();
    const requests = call.collect('voice-approval-request');
    call.receive(itemDone({ ...request(), arguments: '{"sku"' }));
    expect(requests[0]?.arguments).toBe('{"sku"');
  });
});

describe('a call of a remote tool', () => {
  const inProgress = event('response.mcp_call.in_progress', { item_id: 'mcp_1', output_index: 0 });
  const begun = [
    event('response.output_item.added', { item: mcpCall({ arguments: '' }) }),
    event('conversation.item.added', { item: mcpCall({ arguments: '' }) }),
    event('response.mcp_call_arguments.done', { item_id: 'mcp_1', arguments: '{"sku":7}' }),
    inProgress,
  ];
  const ended = (end: object) => [outputDone(mcpCall(end)), itemDone(mcpCall(end))];

  it('is told to the page, from the beginning to the result', () => {
    const { call } = setUp();
    const calls = call.collect('voice-tool-call');
    const results = call.collect('voice-tool-result');
    call.receive(...begun, inProgress);
    expect(calls).toEqual([
      { kind: 'mcp', id: 'mcp_1', name: 'order', server: 'shop', arguments: { sku: 7 } },
    ]);
    expect(results).toEqual([]);
    call.receive(...ended({ output: 'Ordered.' }));
    expect(results).toMatchObject([
      { kind: 'mcp', id: 'mcp_1', name: 'order', output: 'Ordered.' },
    ]);
    expect(results[0]?.durationMs).toBeGreaterThanOrEqual(0);
    expect(typesOf(call)).toEqual(['response.create']);
  });

  it.each([
    [{ type: 'http_error', code: 502, message: 'Bad gateway' }, 'Bad gateway'],
    [{ type: 'tool_execution_error', message: '' }, 'The tool failed.'],
  ])('that fails is a result with an error', (error, words) => {
    const { call } = setUp();
    const results = call.collect('voice-tool-result');
    call.receive(...begun, ...ended({ error, output: null }));
    expect(results).toMatchObject([{ error: words }]);
    expect(results[0]?.output).toBeUndefined();
  });

  it('inside an answer that goes on needs no other', () => {
    const { call } = setUp();
    const message = { id: 'a1', type: 'message', role: 'assistant' };
    call.receive(responseEvent('response.created', 'resp_1'), ...begun, ...ended({ output: 'x' }));
    const response = { id: 'resp_1', status: 'completed', output: [mcpCall(), message] };
    call.receive(event('response.done', { response }));
    expect(typesOf(call)).toEqual([]);
  });

  it('with which an answer ends needs another', () => {
    const { call } = setUp();
    call.receive(responseEvent('response.created', 'resp_1'), ...begun, ...ended({ output: 'x' }));
    expect(typesOf(call)).toEqual([]);
    const response = { id: 'resp_1', status: 'completed', output: [mcpCall()] };
    call.receive(event('response.done', { response }));
    expect(typesOf(call)).toEqual(['response.create']);
  });
});

describe('a server whose tools cannot be listed', () => {
  it('is told to the page', () => {
    const { call } = setUp();
    const errors = call.collect('voice-error');
    call.receive(event('mcp_list_tools.failed', { item_id: 'mcpl_1' }));
    expect(errors.map(({ error, fatal }) => [error.code, fatal])).toEqual([['tool-failed', false]]);
  });
});
