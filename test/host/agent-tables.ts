// Agents that a host takes and agents that it refuses, for the host and for the published schema.

const tool = { type: 'function', name: 'order' };
const server = { type: 'mcp', server_label: 'shop', server_url: 'https://mcp.example/sse' };

/** Everything that can be said of an agent, once. */
export const whole = {
  instructions: 'You help {{customer_name}}, who has {{points}} points (regular: {{regular}}).',
  variables: {
    customer_name: { type: 'string', maxLength: 10, required: true },
    points: { type: 'number' },
    regular: { type: 'boolean', required: false },
  },
  voice: 'cedar',
  tools: [
    {
      ...tool,
      description: 'Orders.',
      parameters: { type: 'object', properties: { item: { type: 'string' } } },
    },
  ],
  mcp: [
    {
      ...server,
      server_description: 'The shop.',
      authorization: 'token',
      headers: { 'x-shop': '1' },
      allowed_tools: ['search'],
      require_approval: 'never',
    },
  ],
  session: {
    audio: { input: { turn_detection: { type: 'server_vad' } }, output: { speed: 1.2 } },
    max_output_tokens: 500,
    tool_choice: 'auto',
  },
  handoffs: [],
  description: 'Knows everything.',
  label: 'Everything',
};

export const right: [what: string, agents: object][] = [
  ['everything at once', { support: whole }],
  ['an agent that changes nothing', { default: {} }],
  [
    'names as JavaScript’s own',
    { constructor: { voice: 'amy' }, toString: {}, hasOwnProperty: {} },
  ],
  [
    'a variable as JavaScript’s own',
    { a: { instructions: '{{constructor}}', variables: { constructor: { type: 'string' } } } },
  ],
  [
    'variables that are not put in',
    { a: { instructions: 'Hi', variables: { x: { type: 'number' } } } },
  ],
  ['no variables', { a: { instructions: 'Hi', variables: {} } }],
  ['braces that hold nothing together', { a: { instructions: 'Say {hello}, }} or {{.' } }],
  ['no tools at all', { a: { tools: [], mcp: [] } }],
  [
    'a server on this machine',
    { a: { mcp: [{ ...server, server_url: 'http://localhost:8000/mcp' }] } },
  ],
  [
    'a server by another way',
    { a: { mcp: [{ type: 'mcp', server_label: 'mail', connector_id: 'connector_gmail' }] } },
  ],
  ['a voice of one’s own', { a: { session: { audio: { output: { voice: { id: 'voice_1' } } } } } }],
  ['no end of words', { a: { session: { max_output_tokens: 'inf', truncation: 'disabled' } } }],
  [
    'what is switched off',
    { a: { session: { audio: { input: { turn_detection: null } }, prompt: null, tracing: null } } },
  ],
];

const ofOne: [setting: string, agent: unknown][] = [
  ['', null],
  ['', 'You help in a shop.'],
  ['', ['cedar']],
  ['.instruction', { instruction: 'Hi' }],
  ['.model', { model: 'gpt-realtime' }],
  ...[0, 9, 7_201, 60.5, '60', null].map((maxDuration): [string, object] => [
    '.maxDuration',
    { maxDuration },
  ]),
  ['.__proto__', JSON.parse('{"__proto__":{"voice":"cedar"}}')],
  ['["two words"]', { 'two words': 1 }],
  ['.instructions', { instructions: '' }],
  ['.instructions', { instructions: ['Hi'] }],
  ['.voice', { voice: '' }],
  ['.voice', { voice: 3 }],
  ['.voice', { voice: { id: 'voice_1' } }],
  ['.variables', { instructions: 'Hi', variables: ['customer_name'] }],
  ['.variables', { variables: { customer_name: { type: 'string' } } }],
  ...(
    [
      ['.name', 'string'],
      ['.name.type', {}],
      ['.name.type', { type: 'text' }],
      ['.name.type', { type: 'constructor' }],
      ['.name.maxlength', { type: 'string', maxlength: 5 }],
      ['.name.maxLength', { type: 'string', maxLength: 0 }],
      ['.name.maxLength', { type: 'string', maxLength: 2_001 }],
      ['.name.maxLength', { type: 'string', maxLength: 1.5 }],
      ['.name.maxLength', { type: 'string', maxLength: '5' }],
      ['.name.maxLength', { type: 'number', maxLength: 5 }],
      ['.name.required', { type: 'string', required: 'yes' }],
      ['.name.default', { type: 'string', default: 'Ada' }],
    ] as const
  ).map(([setting, name]): [string, object] => [
    `.variables${setting}`,
    { instructions: 'Hi', variables: { name } },
  ]),
  ...['1st', 'customer-name', '', '_x', 'ä', 'x'.repeat(65)].map((name): [string, object] => [
    `.variables${/^[\w-]{1,64}$/.test(name) ? `.${name}` : `["${name.slice(0, 64)}"]`}`,
    { instructions: 'Hi', variables: { [name]: { type: 'string' } } },
  ]),
  ['.tools', { tools: tool }],
  ['.tools[0]', { tools: ['order'] }],
  ['.tools[0].type', { tools: [{ name: 'order' }] }],
  ['.tools[0].type', { tools: [{ ...server, name: 'shop', type: 'web_search' }] }],
  ['.tools[1].name', { tools: [tool, { type: 'function' }] }],
  ['.tools[0].name', { tools: [{ ...tool, name: 'order this' }] }],
  ['.tools[0].parameters', { tools: [{ ...tool, parameters: 'item' }] }],
  ['.tools[0].execute', { tools: [{ ...tool, execute: 'order.js' }] }],
  ['.mcp', { mcp: server }],
  ['.mcp[0].type', { mcp: [{ ...server, type: 'function' }] }],
  ['.mcp[0].server_label', { mcp: [{ type: 'mcp', server_url: 'https://mcp.example' }] }],
  ['.mcp[0].server_url', { mcp: [{ type: 'mcp', server_label: 'shop' }] }],
  ['.mcp[0].server_url', { mcp: [{ ...server, server_url: 'http://mcp.example' }] }],
  ['.mcp[0].server_url', { mcp: [{ ...server, server_url: 'https:///' }] }],
  ['.mcp[0].headers', { mcp: [{ ...server, headers: { 'x-shop': 1 } }] }],
  ['.mcp[0].allowed_tools', { mcp: [{ ...server, allowed_tools: 'search' }] }],
  ['.mcp[0].require_approval', { mcp: [{ ...server, require_approval: false }] }],
  ['.mcp[0].url', { mcp: [{ ...server, url: 'https://mcp.example' }] }],
  ['.handoffs', { handoffs: 'default' }],
  ['.handoffs[0]', { handoffs: [''] }],
  ['.handoffs[1]', { handoffs: ['default', 3] }],
  ['.description', { description: '' }],
  ['.label', { label: { de: 'Hilfe' } }],
  ['.session', { session: null }],
  ['.session.instructions', { session: { instructions: 'Hi' } }],
  ['.session.tools', { session: { tools: [] } }],
  ['.session.model', { session: { model: 'gpt-realtime' } }],
  ['.session.type', { session: { type: 'realtime' } }],
  ['.session.temperature', { session: { temperature: 1 } }],
  ['.session.max_output_tokens', { session: { max_output_tokens: 0 } }],
  ['.session.max_output_tokens', { session: { max_output_tokens: 'all' } }],
  ['.session.output_modalities[0]', { session: { output_modalities: ['video'] } }],
  ['.session.tool_choice', { session: { tool_choice: 'always' } }],
  ['.session.parallel_tool_calls', { session: { parallel_tool_calls: 1 } }],
  ['.session.audio.voice', { session: { audio: { voice: 'cedar' } } }],
  [
    '.session.audio.input.turn_detection',
    { session: { audio: { input: { turn_detection: 'x' } } } },
  ],
  ['.session.audio.output.speed', { session: { audio: { output: { speed: 2 } } } }],
  ['.session.audio.output.voice', { session: { audio: { output: { voice: {} } } } }],
  ['.voice', { voice: 'cedar', session: { audio: { output: { voice: 'marin' } } } }],
];

export const wrong: [setting: string, agents: unknown][] = [
  ['agents', null],
  ['agents', []],
  ['agents', 'agents.json'],
  ['agents', {}],
  ['agents.__proto__', JSON.parse('{"__proto__":{}}')],
  ['agents["two words"]', { 'two words': {} }],
  ['agents[""]', { '': {} }],
  ['agents["line\\nbreak"]', { 'line\nbreak': {} }],
  ...ofOne.map(([setting, support]): [string, object] => [
    `agents.support${setting}`,
    { default: {}, support },
  ]),
];

/** Wrong as well for a token host, in a way that a schema cannot tell. */
export const wrongBeyondSchemas: [setting: string, agents: object][] = [
  ['agents.support.instructions', { support: { instructions: 'Hello {{customer_name}}' } }],
  ['agents.support.instructions', { support: { ...whole, instructions: '{{ customer_name }}' } }],
  ['agents.support.instructions', { support: { ...whole, instructions: '{{{points}}}' } }],
  ['agents.support.instructions', { support: { ...whole, instructions: 'A {{__proto__}}' } }],
  ['agents.support.instructions', { support: { ...whole, instructions: 'A {{toString}}' } }],
  ['agents.support.instructions', { support: { ...whole, instructions: 'Line {{\n}} break' } }],
  ['agents.support.maxDuration', { default: {}, support: { maxDuration: 60 } }],
  ['agents.support.tools[1].name', { support: { tools: [tool, tool] } }],
  ['agents.support.handoffs[0]', { support: { handoffs: ['billing'] } }],
  ['agents.support.handoffs[0]', { support: { instructions: 'Hi', handoffs: ['support'] } }],
  ['agents.support.handoffs[0]', { support: { handoffs: ['toString'] } }],
  ['agents.support.handoffs[1]', { support: { handoffs: ['b', 'b'] }, b: { instructions: 'Hi' } }],
  ['agents.support.handoffs[0]', { support: { handoffs: ['a'] }, a: { ...whole, mcp: [] } }],
  [
    'agents.support.handoffs[0]',
    {
      support: {
        instructions: 'Hi {{name}}',
        variables: { name: { type: 'string' } },
        handoffs: ['a'],
      },
      a: { instructions: 'Hi {{name}}', variables: { name: { type: 'string', required: true } } },
    },
  ],
  [
    'agents.support.handoffs[0]',
    { support: { handoffs: ['x'.repeat(53)] }, ['x'.repeat(53)]: { instructions: 'Hi' } },
  ],
  ['agents.b.instructions', { support: { handoffs: ['b'] }, b: {} }],
  [
    'agents.b.mcp[0].authorization',
    { support: { handoffs: ['b'] }, b: { ...whole, variables: {}, instructions: 'Hi' } },
  ],
  [
    'agents.b.mcp[1].headers',
    {
      support: { handoffs: ['b'] },
      b: {
        instructions: 'Hi',
        mcp: [
          { ...server, server_label: 'x' },
          { ...server, headers: { 'x-key': '1' } },
        ],
      },
    },
  ],
  [
    'agents.support.tools[1].name',
    {
      support: { tools: [{ ...tool, name: 'transfer_to_b' }], handoffs: ['b'] },
      b: { instructions: 'Hi' },
    },
  ],
  [
    'agents.support.mcp[2].server_label',
    { support: { mcp: [{ ...server, server_label: 'x' }, server, server] } },
  ],
];
