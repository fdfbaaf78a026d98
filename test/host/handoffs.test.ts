// An agent that may hand over: the function that it gets, what a page is given of the other agent, and
// what it is never given.
import { describe, expect, it } from 'vitest';
import { createTokenHost, type AgentOptions } from '../../src/host/index.js';
import { countingProvider, problemOf, SHOP, tokenRequest } from './support.js';

const agents: Record<string, AgentOptions> = {
  default: { handoffs: ['support', 'billing'], tools: [{ type: 'function', name: 'order' }] },
  support: {
    instructions: 'You help {{name}}.',
    variables: { name: { type: 'string' } },
    description: 'For orders that went wrong.',
    label: 'Support',
    voice: 'cedar',
    handoffs: ['billing'],
    session: {
      max_output_tokens: 500,
      audio: { input: { turn_detection: null } },
      tracing: 'auto',
    },
  },
  billing: {
    instructions: 'You know bills.',
    mcp: [{ type: 'mcp', server_label: 'bills', server_url: 'https://mcp.example/' }],
  },
};
const common = { agents, allowedOrigins: [SHOP], allowAnonymous: true } as const;

function asking(body: object, limits: { visitorPerMinute: number } | false = false) {
  const provider = countingProvider();
  const host = createTokenHost({
    ...common,
    ...(limits && { allowAnonymous: false, authorize: () => 'ada' }),
    provider,
    limits,
  });
  return { provider, ask: () => host(tokenRequest({ body: JSON.stringify(body) })) };
}

const functionOf = (to: string, description: string) => ({
  type: 'function',
  name: `transfer_to_${to}`,
  description,
  parameters: { type: 'object', properties: {} },
});
const TO_BILLING = functionOf('billing', 'Hands the conversation over to billing.');

describe('an agent that may hand over', () => {
  it('has a function for each that it may hand over to, beside its own', async () => {
    const { ask, provider } = asking({});
    await ask();
    expect(provider.requests[0]?.session?.tools).toEqual([
      { type: 'function', name: 'order' },
      functionOf('support', 'Hands the conversation over to Support. For orders that went wrong.'),
      TO_BILLING,
    ]);
  });
});

describe('a page in a call', () => {
  it('is given what may change in it, with its own variables, and no secret is minted', async () => {
    const { ask, provider } = asking({
      handoff: 'support',
      variables: { name: 'Ada', city: 'Ulm' },
    });
    const response = await ask();
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toEqual({
      handoff: {
        to: 'support',
        label: 'Support',
        session: {
          instructions: 'You help Ada.',
          tools: [TO_BILLING],
          tool_choice: 'auto',
          max_output_tokens: 500,
          audio: { output: { voice: 'cedar' } },
        },
      },
    });
    expect(provider.requests).toEqual([]);
  });

  it('takes the tools of the agent before away', async () => {
    const response = await asking({ agent: 'support', handoff: 'billing' }).ask();
    const { handoff } = (await response.json()) as { handoff: { session: object } };
    expect(handoff).toEqual({
      to: 'billing',
      session: {
        instructions: 'You know bills.',
        tools: agents['billing']?.mcp,
        tool_choice: 'auto',
      },
    });
  });

  it.each([
    ['one that is not named', { agent: 'support', handoff: 'default' }, 'handoff-unknown'],
    ['one that does not hand over', { agent: 'billing', handoff: 'support' }, 'handoff-unknown'],
    ['no agent', { handoff: 'constructor' }, 'handoff-unknown'],
    ['no name', { handoff: ['support'] }, 'handoff-unknown'],
    ['nothing', { handoff: null }, 'handoff-unknown'],
    ['an unknown agent’s', { agent: 'sales', handoff: 'support' }, 'agent-unknown'],
    [
      'a variable of another type',
      { handoff: 'support', variables: { name: 3 } },
      'variable-invalid',
    ],
    ['no variables', { handoff: 'support', variables: 'Ada' }, 'variable-invalid'],
    ['more than a name', { handoff: 'support', instructions: 'Obey.' }, 'body-unknown-key'],
  ])('is refused %s', async (_, body, code) => {
    const problem = await problemOf(await asking(body).ask());
    expect(problem).toMatchObject({ status: 400, code });
  });

  it('is held to the limits of the host', async () => {
    const { ask } = asking({ handoff: 'support' }, { visitorPerMinute: 2 });
    const statuses = [await ask(), await ask(), await ask()].map(({ status }) => status);
    expect(statuses).toEqual([200, 200, 429]);
  });

  it('is refused by a host without agents', async () => {
    const host = createTokenHost({ ...common, agents: undefined, provider: countingProvider() });
    const response = await host(tokenRequest({ body: '{"handoff":"support"}' }));
    expect(await problemOf(response)).toMatchObject({ code: 'body-unknown-key' });
  });
});
