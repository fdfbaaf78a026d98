/** The agent of a real call uses functions of the page, also those that the browser knows by WebMCP. */
import { expect } from '@open-wc/testing';
import { Call, type CallOptions, type ClientEvent } from '../../src/core/index.js';
import { attachTools } from '../../src/core/tools/attach-tools.js';
import { followWebMcp, type ModelContext } from '../../src/core/tools/web-mcp.js';
import { FakeService } from '../support/fake-service.js';
import { event } from '../support/server-events.js';

const requestFor = (name: string, args: object) => {
  const item = { id: 'f1', type: 'function_call', status: 'completed', call_id: 'call_1', name };
  const output = [{ ...item, arguments: JSON.stringify(args) }];
  return event('response.done', { response: { id: 'resp_1', status: 'completed', output } });
};

/** What the browser under test has, if it has it. */
const { modelContext } = document as Document & {
  modelContext?: ModelContext & {
    registerTool(tool: object, options: { signal: AbortSignal }): Promise<void>;
  };
};

describe('tools in a call', () => {
  let service: FakeService;
  let call: Call;

  function setUp(options: Partial<CallOptions> = {}): void {
    service = new FakeService();
    call = new Call({ ...service.callOptions, ...options });
  }

  afterEach(async () => {
    await call.end();
    service.close();
  });

  const toolsOf = (update: ClientEvent) =>
    update.type === 'session.update' && update.session.type === 'realtime'
      ? update.session.tools?.map((tool) => tool.type === 'function' && tool.name)
      : undefined;

  it('are offered before the agent is asked to greet, and answered from the page', async () => {
    setUp({ greeting: true });
    const execute = ({ page }: { page: number }) => ({ turnedTo: page });
    const tools = attachTools(call, [{ name: 'turn_page', execute }]);
    const greeted = service.next('response.create');
    await call.start();
    await greeted;
    expect(service.received.map(({ type }) => type)).to.deep.equal([
      'session.update',
      'response.create',
    ]);
    expect(toolsOf(service.received[0]!)).to.deep.equal(['turn_page']);
    const output = service.next('conversation.item.create');
    const asked = service.next('response.create');
    service.send(
      event('response.created', { response: { id: 'resp_1', status: 'in_progress' } }),
      requestFor('turn_page', { page: 3 }),
    );
    expect(await output).to.deep.include({
      item: { type: 'function_call_output', call_id: 'call_1', output: '{"turnedTo":3}' },
    });
    await asked;
    tools.close();
  });

  it('are those that the page has registered with the browser', async function () {
    if (!modelContext) this.skip();
    setUp();
    const registered = new AbortController();
    const execute = ({ text }: { text: string }) => Promise.resolve(`Added ${text}.`);
    const tool = { name: 'todo.add', description: 'Adds to the list.', execute };
    await modelContext.registerTool(tool, { signal: registered.signal });
    const tools = attachTools(call, []);
    const following = new AbortController();
    await call.start();
    const offered = service.next('session.update');
    followWebMcp((found) => {
      tools.set([], found);
    }, following.signal);
    expect(toolsOf(await offered)).to.deep.equal(['todo_add']);
    const output = service.next('conversation.item.create');
    service.send(requestFor('todo_add', { text: 'milk' }));
    expect(await output).to.deep.include({
      item: { type: 'function_call_output', call_id: 'call_1', output: 'Added milk.' },
    });
    const withdrawn = service.next('session.update');
    registered.abort();
    expect(toolsOf(await withdrawn)).to.deep.equal([]);
    following.abort();
    tools.close();
  });
});
