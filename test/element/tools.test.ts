/** What a page gives the agent to do, and what the visitor has to say to it. */
import { expect } from '@open-wc/testing';
import type { ClientEvent } from '../../src/index.js';
import { answered, calls, event } from '../support/server-events.js';
import { clear, visit, type Visitor } from './visitor.js';

const session = (tools: object[] = []) =>
  event('session.updated', { session: { id: 'sess_1', type: 'realtime', tools } });

const outputOf = (sent: ClientEvent): unknown =>
  sent.type === 'conversation.item.create' && sent.item.type === 'function_call_output'
    ? JSON.parse(sent.item.output)
    : undefined;

const names = (sent: ClientEvent): unknown =>
  sent.type === 'session.update' && 'tools' in sent.session
    ? sent.session.tools?.map((tool) => ('name' in tool ? tool.name : tool.type))
    : undefined;

/** The buttons of the question on screen. */
const choices = (visitor: Visitor) => [
  ...visitor.part('approval').querySelectorAll<HTMLButtonElement>('button'),
];

describe('a page with tools', () => {
  afterEach(clear);

  const cart = {
    name: 'add_to_cart',
    description: 'Puts a plant into the cart.',
    parameters: {
      type: 'object',
      properties: { plant: { type: 'string' } },
      required: ['plant'],
    },
    execute: ({ plant }: Record<string, unknown>) => ({ added: plant }),
  };

  async function talking(tools: Visitor['element']['tools']): Promise<Visitor> {
    const visitor = await visit();
    visitor.element.tools = tools;
    const offered = visitor.service.next('session.update');
    await visitor.talk();
    expect(names(await offered)).to.deep.equal(tools.map(({ name }) => name));
    return visitor;
  }

  it('lets the agent use them, and is told', async () => {
    const visitor = await talking([cart]);
    const output = visitor.service.next('conversation.item.create');
    const answer = visitor.service.next('response.create');
    const result = visitor.next('voice-tool-result');
    await visitor.hears(...calls('add_to_cart', { plant: 'fern' }));
    expect(outputOf(await output)).to.deep.equal({ added: 'fern' });
    await answer;
    expect(visitor.details('voice-tool-call')[0]).to.deep.include({
      name: 'add_to_cart',
      arguments: { plant: 'fern' },
    });
    expect(await result).to.include({ name: 'add_to_cart', output: '{"added":"fern"}' });
  });

  it('answers for one itself, in a listener', async () => {
    const { execute, ...declared } = cart;
    const visitor = await talking([declared]);
    visitor.element.addEventListener('voice-tool-call', ({ detail }) => {
      if (detail.kind === 'tool') detail.respond({ from: 'the page' });
    });
    const output = visitor.service.next('conversation.item.create');
    await visitor.hears(...calls('add_to_cart', { plant: 'fern' }));
    expect(outputOf(await output)).to.deep.equal({ from: 'the page' });
    expect(execute({})).to.deep.equal({ added: undefined });
  });

  it('changes them in a call', async () => {
    const visitor = await talking([cart]);
    await visitor.hears(session([{ type: 'function', name: 'add_to_cart' }]));
    const offered = visitor.service.next('session.update');
    visitor.element.tools = [{ ...cart, name: 'check_out' }];
    expect(names(await offered)).to.deep.equal(['check_out']);
  });

  it('is told of one that cannot be, and the call goes on', async () => {
    const visitor = await visit();
    visitor.element.tools = [{ ...cart, name: 'add to cart' }];
    const failed = visitor.next('voice-error');
    await visitor.talk();
    const { error, fatal } = await failed;
    expect([error.code, fatal]).to.deep.equal(['tool-failed', false]);
    expect(error.message).to.contain('add to cart');
    expect(visitor.element.state.status).to.equal('live');
  });

  it('has the visitor asked first, on screen', async () => {
    const visitor = await talking([{ ...cart, confirm: true }]);
    const output = visitor.service.next('conversation.item.create');
    await visitor.hears(...calls('add_to_cart', { plant: 'a big fern' }));
    await visitor.appears('approval');
    expect(visitor.text('approval')).to.contain('add to cart');
    expect(visitor.text('approval')).to.contain('a big fern');
    choices(visitor)[0]?.click();
    expect(outputOf(await output)).to.deep.equal({ added: 'a big fern' });
    await visitor.until(() => visitor.find('approval') === null);
  });

  it('does not do what the visitor denies', async () => {
    let done = 0;
    const visitor = await talking([{ ...cart, confirm: true, execute: () => ++done }]);
    const output = visitor.service.next('conversation.item.create');
    await visitor.hears(...calls('add_to_cart', { plant: 'fern' }));
    await visitor.appears('approval');
    choices(visitor).at(-1)?.click();
    expect(JSON.stringify(outputOf(await output))).to.contain('did not allow');
    expect(done).to.equal(0);
    expect(visitor.element.state.status).to.equal('live');
  });

  it('asks once for the whole call, if the visitor likes', async () => {
    const visitor = await talking([{ ...cart, confirm: true }]);
    await visitor.hears(...calls('add_to_cart', { plant: 'fern' }));
    await visitor.appears('approval');
    choices(visitor)[1]?.click();
    await visitor.next('voice-tool-result');
    await visitor.hears(...answered('resp_a', 'a1', 'Done.', null));
    const again = visitor.next('voice-tool-result');
    await visitor.hears(...calls('add_to_cart', { plant: 'cactus' }, 'call_2'));
    expect(await again).to.include({ output: '{"added":"cactus"}' });
    expect(visitor.details('voice-approval-request')).to.have.length(1);
  });

  it('may ask in its own way', async () => {
    const visitor = await talking([{ ...cart, confirm: true }]);
    visitor.element.addEventListener('voice-approval-request', (request) => {
      request.preventDefault();
      request.detail.approve();
    });
    const output = visitor.service.next('conversation.item.create');
    await visitor.hears(...calls('add_to_cart', { plant: 'fern' }));
    expect(outputOf(await output)).to.deep.equal({ added: 'fern' });
    expect(visitor.find('approval')).to.equal(null);
  });

  it('has the visitor asked for what a remote server is to do, though it has no tools itself', async () => {
    const visitor = await visit();
    await visitor.talk();
    await visitor.hears(session([{ type: 'mcp', server_label: 'shop' }]));
    const item = {
      id: 'mcpr_1',
      type: 'mcp_approval_request',
      server_label: 'shop',
      name: 'refund',
      arguments: '{"order":7}',
    };
    const said = visitor.service.next('conversation.item.create');
    // The code that asks is on its way.
    await visitor.until(() => {
      visitor.service.send(event('conversation.item.done', { item, previous_item_id: null }));
      return visitor.find('approval') !== null;
    });
    expect(visitor.text('approval')).to.contain('shop: refund');
    choices(visitor)[0]?.click();
    expect(await said).to.deep.include({ type: 'conversation.item.create' });
    expect(await said)
      .to.have.property('item')
      .that.includes({ approval_request_id: 'mcpr_1', approve: true });
  });
});

describe('a page that watches', () => {
  afterEach(clear);

  const usage = {
    total_tokens: 310,
    input_tokens: 200,
    output_tokens: 110,
    input_token_details: { text_tokens: 150, audio_tokens: 50 },
    output_token_details: { text_tokens: 30, audio_tokens: 80 },
  };

  it('learns what the call uses, and what it may cost', async () => {
    const visitor = await visit();
    // A page in plain JavaScript, which gives but one price.
    visitor.element.prices = { input: { text: 1_000_000 } } as never;
    await visitor.talk();
    const [begun, done] = calls('x', {});
    const counted = visitor.next('voice-usage');
    const response = { ...(done as { response: object }).response, usage, output: [] };
    await visitor.hears(begun!, event('response.done', { response }));
    const { turn, total } = await counted;
    expect(turn.input).to.include({ text: 150, audio: 50 });
    expect(total.output).to.include({ text: 30, audio: 80 });
    expect(total.cost).to.equal(150);
    expect(visitor.element.usage).to.deep.equal(total);
  });

  it('stops the agent with a guardrail', async () => {
    const visitor = await visit();
    visitor.element.guardrails = [
      function noSecrets(text) {
        return text.includes('password') && 'That is a secret.';
      },
    ];
    await visitor.talk();
    const found = visitor.next('voice-guardrail');
    const stopped = visitor.service.next('response.cancel');
    await visitor.hears(
      ...answered('resp_1', 'a1', `The password is 1234. ${'And so on. '.repeat(20)}`, null).slice(
        0,
        -4,
      ),
    );
    expect(await found).to.include({ role: 'agent', guardrail: 'noSecrets', id: 'a1' });
    await stopped;
  });
});
