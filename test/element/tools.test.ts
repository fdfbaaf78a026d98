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

  it('is told of each that cannot be, and all others are there', async () => {
    const visitor = await visit();
    visitor.element.insertAdjacentHTML(
      'beforeend',
      '<script type="application/json" slot="tools">{"name":"check_out"}</script>',
    );
    visitor.element.tools = [{ ...cart, name: 'add to cart' }, cart, cart, { name: '' }];
    const offered = visitor.service.next('session.update');
    await visitor.talk();
    expect(names(await offered)).to.have.members(['add_to_cart', 'check_out']);
    const told = () =>
      visitor.details('voice-error').map(({ error, fatal }) => {
        expect([error.code, fatal]).to.deep.equal(['tool-failed', false]);
        return /"add to cart" has|two tools named "add_to_cart"|"" has/.exec(error.message)?.[0];
      });
    expect(told()).to.have.members([
      '"add to cart" has',
      'two tools named "add_to_cart"',
      '"" has',
    ]);
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

  it('takes a double click for the answer to one question, not to the next one too', async () => {
    const visitor = await talking([{ ...cart, confirm: true }]);
    await visitor.hears(
      ...calls('add_to_cart', { plant: 'fern' }),
      ...calls('add_to_cart', { plant: 'cactus' }, 'call_2'),
    );
    const asked = () => visitor.root.querySelectorAll('.approval').length;
    await visitor.until(() => asked() === 2);
    const click = (detail: number) =>
      choices(visitor)[0]?.dispatchEvent(new MouseEvent('click', { detail, bubbles: true }));
    const result = visitor.next('voice-tool-result');
    click(1);
    await visitor.until(() => asked() === 1);
    click(2);
    await result;
    await visitor.hears();
    expect(visitor.details('voice-tool-result')).to.have.length(1);
    expect(visitor.text('approval')).to.contain('cactus');
    click(1);
    await visitor.until(() => asked() === 0);
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

describe('a page that declares tools as data', () => {
  afterEach(clear);

  const cart = {
    name: 'add_to_cart',
    description: 'Puts a plant into the cart.',
    parameters: { type: 'object', properties: { plant: { type: 'string' } }, required: ['plant'] },
  };

  /** Puts tools into the element, as the page's HTML would. */
  function declare({ element }: Visitor, text: unknown, type = 'application/json') {
    const script = document.createElement('script');
    script.type = type;
    script.slot = 'tools';
    script.textContent = typeof text === 'string' ? text : JSON.stringify(text);
    element.append(script);
    return script;
  }

  async function talking(...texts: unknown[]): Promise<Visitor> {
    const visitor = await visit();
    for (const text of texts) declare(visitor, text);
    const offered = visitor.service.next('session.update');
    await visitor.talk();
    expect(names(await offered)).to.deep.equal(['add_to_cart']);
    await visitor.hears(session([{ type: 'function', name: 'add_to_cart' }]));
    return visitor;
  }

  it('answers for them in a listener, now or later', async () => {
    const visitor = await talking(cart);
    visitor.element.addEventListener('voice-tool-call', ({ detail }) => {
      if (detail.kind !== 'tool') return;
      expect(detail.signal).to.be.instanceOf(AbortSignal);
      detail.respond(Promise.resolve({ added: (detail.arguments as { plant: string }).plant }));
    });
    const output = visitor.service.next('conversation.item.create');
    await visitor.hears(...calls('add_to_cart', { plant: 'fern' }));
    expect(outputOf(await output)).to.deep.equal({ added: 'fern' });
  });

  it('is not asked with arguments that do not fit', async () => {
    const visitor = await talking([cart]);
    const output = visitor.service.next('conversation.item.create');
    await visitor.hears(...calls('add_to_cart', {}));
    expect(JSON.stringify(outputOf(await output))).to.contain('The arguments do not fit');
    expect(visitor.details('voice-tool-call')).to.deep.equal([]);
  });

  it('is told when it forgets to answer, as the agent is', async () => {
    const visitor = await talking(cart);
    const failed = visitor.next('voice-error');
    const output = visitor.service.next('conversation.item.create');
    await visitor.hears(...calls('add_to_cart', { plant: 'fern' }));
    expect(outputOf(await output)).to.deep.equal({ error: 'Nobody on the page runs this tool.' });
    const { error, fatal } = await failed;
    expect([error.code, fatal]).to.deep.equal(['tool-failed', false]);
    expect(error.message).to.contain('add_to_cart').and.to.contain('respond()');
    expect(visitor.element.state.status).to.equal('live');
  });

  it('changes them in a call', async () => {
    const visitor = await talking(cart);
    const offered = visitor.service.next('session.update');
    const [script] = visitor.element.children;
    script!.textContent = JSON.stringify({ ...cart, name: 'check_out' });
    expect(names(await offered)).to.deep.equal(['check_out']);
    const more = visitor.service.next('session.update');
    declare(visitor, { name: 'look_around' });
    expect(names(await more)).to.deep.equal(['check_out', 'look_around']);
    const fewer = visitor.service.next('session.update');
    visitor.element.replaceChildren();
    expect(names(await fewer)).to.deep.equal([]);
  });

  it('may have its first one come in a call', async () => {
    const visitor = await visit();
    await visitor.talk();
    // It came too late to hear of the session, and asks.
    const asked = visitor.service.next('session.update');
    declare(visitor, cart);
    expect(names(await asked)).to.equal(undefined);
    const offered = visitor.service.next('session.update');
    await visitor.hears(session());
    expect(names(await offered)).to.deep.equal(['add_to_cart']);
  });

  for (const [what, text, words] of [
    ['no JSON', '[{"name": }]', 'not valid JSON'],
    ['no tool', '["add_to_cart"]', 'A tool is an object'],
    ['no name', '{"description":"?"}', 'no usable name'],
    ['a key that nobody knows', '{"name":"buy","inputSchema":{}}', '"inputSchema"'],
    ['a schema that is none', '{"name":"buy","parameters":{"type":"array"}}', '`parameters`'],
    ['a name for the second time', JSON.stringify(cart), 'two tools'],
  ] as const) {
    it(`is told of ${what}, and the other tools are there`, async () => {
      const visitor = await visit();
      declare(visitor, cart);
      declare(visitor, text);
      const failed = visitor.next('voice-error');
      const offered = visitor.service.next('session.update');
      await visitor.talk();
      const { error, fatal } = await failed;
      expect([error.code, fatal]).to.deep.equal(['tool-failed', false]);
      expect(error.message).to.contain(words).and.to.contain('slot="tools"');
      expect(names(await offered)).to.deep.equal(['add_to_cart']);
      expect(visitor.element.state.status).to.equal('live');
    });
  }

  it('is told of a script of another type, which is none of ours to run', async () => {
    const visitor = await visit();
    declare(visitor, 'not.a.script', 'text/plain');
    const failed = visitor.next('voice-error');
    await visitor.talk();
    expect((await failed).error.message).to.contain('application/json, not as "text/plain"');
  });
});

describe('a visitor whose agent uses tools', () => {
  afterEach(clear);

  const mcp = { type: 'mcp', server_label: 'garden_center' };
  const remote = (fields: object) => ({
    id: 'mcp_1',
    type: 'mcp_call',
    server_label: 'garden_center',
    name: 'find_plant',
    arguments: '{}',
    ...fields,
  });

  const activity = (visitor: Visitor) => (visitor.find('activity') ? visitor.text('activity') : '');
  const reads = (visitor: Visitor, words: string) =>
    visitor.until(() => activity(visitor) === words, `It does not read "${words}".`);

  it('reads what runs, as long as it does', async () => {
    const visitor = await visit();
    const { promise, resolve } = Promise.withResolvers<string>();
    visitor.element.tools = [{ name: 'water_the_plants', execute: () => promise }];
    await visitor.talk();
    await visitor.hears(session([]));
    await visitor.hears(...calls('water_the_plants', {}));
    await reads(visitor, 'Working on it: water the plants');
    expect(visitor.part('activity').getAttribute('role')).to.equal('status');
    expect(visitor.root.querySelector('.spinner')).not.to.equal(null);
    resolve('done');
    await reads(visitor, '');
    expect(visitor.part('activity').offsetHeight).to.equal(0);
    expect(getComputedStyle(visitor.part('activity')).position).to.equal('absolute');
  });

  it('reads what has failed, in plain words', async () => {
    const visitor = await visit();
    visitor.element.tools = [{ name: 'pay', execute: () => Promise.reject(new Error('No.')) }];
    await visitor.talk();
    await visitor.hears(session([]));
    await visitor.hears(...calls('pay', {}));
    await reads(visitor, 'That did not work: pay');
    await visitor.element.end();
    await reads(visitor, '');
  });

  it('is not told what they have denied themselves', async () => {
    const visitor = await visit();
    visitor.element.tools = [{ name: 'pay', confirm: true, execute: () => 1 }];
    await visitor.talk();
    await visitor.hears(session([]));
    const result = visitor.next('voice-tool-result');
    await visitor.hears(...calls('pay', {}));
    await visitor.appears('approval');
    choices(visitor).at(-1)?.click();
    expect(await result).to.have.property('error');
    await visitor.element.updateComplete;
    expect(activity(visitor)).to.equal('');
  });

  it('sees a remote server get ready and look something up, and what came of it', async () => {
    const visitor = await visit();
    await visitor.talk();
    await visitor.hears(session([mcp]));
    await visitor.appears('activity');
    const list = { id: 'mcpl_1', type: 'mcp_list_tools', server_label: 'garden_center', tools: [] };
    await visitor.hears(
      event('mcp_list_tools.in_progress', { item_id: 'mcpl_1' }),
      event('conversation.item.added', { item: list, previous_item_id: null }),
    );
    await reads(visitor, 'Getting ready: garden center');
    await visitor.hears(
      event('conversation.item.done', { item: list, previous_item_id: null }),
      event('mcp_list_tools.completed', { item_id: 'mcpl_1' }),
    );
    await reads(visitor, '');
    await visitor.hears(
      event('response.output_item.added', { item: remote({}) }),
      event('response.mcp_call.in_progress', { item_id: 'mcp_1' }),
    );
    await reads(visitor, 'Looking up: find plant');
    await visitor.hears(
      event('response.mcp_call.failed', { item_id: 'mcp_1' }),
      event('response.output_item.done', {
        item: remote({ error: { type: 'http_error', code: 503, message: 'Closed.' } }),
      }),
    );
    await reads(visitor, 'That did not work: find plant');
    expect(visitor.details('voice-tool-call')[0]).to.include({ kind: 'mcp', name: 'find_plant' });
    expect(visitor.details('voice-tool-result')[0]).to.include({ kind: 'mcp', error: 'Closed.' });
  });

  it('is told when the tools of a server cannot be had', async () => {
    const visitor = await visit();
    await visitor.talk();
    await visitor.hears(session([mcp]));
    await visitor.appears('activity');
    const list = { id: 'mcpl_1', type: 'mcp_list_tools', server_label: 'garden', tools: [] };
    await visitor.hears(
      event('conversation.item.added', { item: list, previous_item_id: null }),
      event('mcp_list_tools.failed', { item_id: 'mcpl_1' }),
    );
    await reads(visitor, 'That did not work: garden');
    expect(visitor.element.state.status).to.equal('live');
  });
});

describe('a visitor who is handed over', () => {
  const { fetch } = window;
  afterEach(async () => {
    window.fetch = fetch;
    await clear();
  });

  const transfer = { type: 'function', name: 'transfer_to_billing' };

  it('sees whom they talk to, in the conversation and beside it', async () => {
    const asked: unknown[] = [];
    window.fetch = (_url, init) => {
      asked.push(JSON.parse(init?.body as string));
      const handoff = { to: 'billing', label: 'Billing', session: { instructions: 'Bills.' } };
      return Promise.resolve(new Response(JSON.stringify({ handoff })));
    };
    const visitor = await visit({ transcript: '', 'token-url': '/token', agent: 'shop' });
    await visitor.talk();
    await visitor.hears(session([transfer]));
    await visitor.appears('activity');
    await visitor.hears(...answered('resp_a', 'a1', 'One moment.', null));
    const update = visitor.service.next('session.update');
    await visitor.hears(...calls('transfer_to_billing', {}));
    const { session: next } = (await update) as { session: object };
    expect(next).to.deep.equal({ type: 'realtime', instructions: 'Bills.', tools: [] });
    const handed = visitor.next('voice-handoff');
    const answer = visitor.service.next('response.create');
    await visitor.hears(session());
    expect(await handed).to.deep.equal({ from: 'shop', to: 'billing', label: 'Billing' });
    await answer;
    expect(asked).to.deep.equal([{ agent: 'shop', handoff: 'billing' }]);
    await visitor.hears(...answered('resp_b', 'b1', 'Which bill?', 'a1'));
    await visitor.appears('note');
    const lines = [...visitor.root.querySelectorAll('.transcript li')];
    expect(lines.map(({ part }) => part.value)).to.deep.equal([
      'message agent-message',
      'note',
      'message agent-message',
    ]);
    expect(visitor.text('note')).to.equal('Now talking to Billing');
    expect(visitor.text('activity')).to.equal('Now talking to Billing');
    visitor.element.lang = 'de';
    await visitor.until(() => visitor.text('note') === 'Sie sprechen jetzt mit Billing');
    expect(visitor.root.querySelectorAll('.transcript li')).to.have.length(3);
    // The next call begins with the first agent.
    await visitor.hangUp();
    await visitor.talk();
    await visitor.hears(...answered('resp_c', 'c1', 'Hello.', null));
    expect(visitor.find('note')).to.equal(null);
  });
});

describe('a page that has registered its tools with the browser', () => {
  afterEach(async () => {
    await clear();
    Reflect.deleteProperty(document, 'modelContext');
  });

  it('offers them in each call, and is not listened to outside of one', async () => {
    const signals: (AbortSignal | undefined)[] = [];
    class Registered extends EventTarget {
      getTools = () => Promise.resolve([{ name: 'water', description: 'Waters the plants.' }]);
      executeTool = () => Promise.resolve('done');
      override addEventListener(...given: Parameters<EventTarget['addEventListener']>) {
        signals.push((given[2] as AddEventListenerOptions).signal);
        super.addEventListener(...given);
      }
    }
    Object.defineProperty(document, 'modelContext', {
      value: new Registered(),
      configurable: true,
    });
    const listened = () => signals.filter((signal) => !signal?.aborted).length;
    const visitor = await visit({ webmcp: '' });
    visitor.main.dispatchEvent(new PointerEvent('pointerenter'));
    await visitor.until(() => visitor.service.minted === 1);
    expect(listened(), 'before').to.equal(0);
    for (const end of ['hangUp', 'leave'] as const) {
      const offered = visitor.service.next('session.update');
      await visitor.talk();
      expect(JSON.stringify(await offered)).to.contain('"name":"water"');
      expect(listened(), 'in the call').to.equal(1);
      await visitor[end]();
      expect(listened(), 'after it').to.equal(0);
    }
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
