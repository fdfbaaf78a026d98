// The configuration file: which files are taken, what is said of the others, and the published schema
// in agreement with the host about both.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Ajv from 'ajv';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { agentsFromEnvironment } from '../../src/cli/config-file.js';
import { ConfigurationError, createTokenHost } from '../../src/host/index.js';
import { right, whole, wrong, wrongBeyondSchemas } from '../host/agent-tables.js';
import { CANARY, countingProvider, problemOf, SHOP, startUpstream } from '../host/support.js';
import { packageRoot, post, run, type Command } from './support.js';

// Sockets and processes are slow on a machine that is busy with something else.
vi.setConfig({ testTimeout: 30_000 });

let folder: string;
const running: Command[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'voice-agent-config-'));
  // Newer versions of Node guess what a .js file is; 20 goes by this alone.
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
});
afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(async () => {
  for (const command of running.splice(0)) await command.kill();
});

let files = 0;
async function file(content: unknown, ending = '.json'): Promise<string> {
  const path = join(folder, `voice agent ${(files += 1)}${ending}`);
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

/** Undefined for a file that a host starts with. */
async function refusalOf(path: string): Promise<ConfigurationError | undefined> {
  try {
    const agents = await agentsFromEnvironment({ VOICE_AGENT_CONFIG: path });
    createTokenHost({ provider: countingProvider(), agents });
    return undefined;
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
}

describe('the schema and the host', () => {
  const schemaFile = fileURLToPath(new URL('../../voice-agent.schema.json', import.meta.url));
  let fits: (config: unknown) => boolean;
  beforeAll(async () => {
    const ajv = new Ajv();
    const validate = ajv.compile(JSON.parse(await readFile(schemaFile, 'utf8')) as object);
    fits = (config) => validate(config) === true;
  });

  const $schema = './node_modules/voice-agent-element/voice-agent.schema.json';
  const rightFiles: [what: string, config: object][] = [
    ...right.map(([what, agents]): [string, object] => [what, { agents }]),
    ['a reference to the schema', { $schema, agents: { default: {} } }],
  ];
  const wrongFiles: [setting: string, config: unknown][] = [
    ...wrong.map(([setting, agents]): [string, object] => [setting, { agents }]),
    ['agents', {}],
    ['agents', { $schema }],
    ['$schema', { $schema: 1, agents: { default: {} } }],
    ['provider', { agents: { default: {} }, provider: 'openai' }],
    ['Agents', { Agents: { default: {} } }],
    ['VOICE_AGENT_CONFIG', [whole]],
    ['VOICE_AGENT_CONFIG', null],
    ['VOICE_AGENT_CONFIG', '"agents"'],
  ];

  it.each(rightFiles)('take %s', async (_, config) => {
    expect(await refusalOf(await file(config))).toBeUndefined();
    expect(fits(config)).toBe(true);
  });

  it.each(wrongFiles)('refuse a file for %s (%#)', async (setting, config) => {
    const error = await refusalOf(await file(config));
    expect(error?.setting).toBe(setting);
    expect(error?.message).toMatch(/^[^\n]+$/);
    expect(fits(config)).toBe(false);
  });

  it.each(wrongBeyondSchemas)(
    'differ where a schema cannot tell: %s (%#)',
    async (setting, agents) => {
      expect((await refusalOf(await file({ agents })))?.setting).toBe(setting);
      expect(fits({ agents })).toBe(true);
    },
  );

  const server = { type: 'mcp', server_label: 'shop', server_url: 'https://mcp.example' };
  it.each<[place: string, agent: object | undefined]>([
    ['', undefined],
    ['definitions/agent', { stray: 1 }],
    [
      'definitions/variable/oneOf/0',
      { instructions: 'Hi', variables: { x: { type: 'string', stray: 1 } } },
    ],
    [
      'definitions/variable/oneOf/1',
      { instructions: 'Hi', variables: { x: { type: 'number', maxLength: 1 } } },
    ],
    ['definitions/tool', { tools: [{ type: 'function', name: 'order', stray: 1 }] }],
    ['definitions/server', { mcp: [{ ...server, stray: 1 }] }],
    ['definitions/session', { session: { stray: 1 } }],
    ['definitions/session/properties/audio', { session: { audio: { stray: 1 } } }],
    [
      'definitions/session/properties/audio/properties/input',
      { session: { audio: { input: { stray: 1 } } } },
    ],
    [
      'definitions/session/properties/audio/properties/output',
      { session: { audio: { output: { stray: 1 } } } },
    ],
  ])('know the same names at /%s', async (place, agent) => {
    const config = agent ? { agents: { agent } } : { stray: 1 };
    const known = / Known are (.+)\.$/.exec(
      (await refusalOf(await file(config)))?.message ?? '',
    )?.[1];
    const schema = JSON.parse(await readFile(schemaFile, 'utf8')) as Record<string, unknown>;
    const { properties } = place
      .split('/')
      .filter((key) => key !== '')
      .reduce((part, key) => part[key] as Record<string, unknown>, schema);
    expect(known?.split(', ').sort()).toEqual(Object.keys(properties as object).sort());
  });

  it('come in one package', async () => {
    const { files } = JSON.parse(await readFile(join(packageRoot, 'package.json'), 'utf8')) as {
      files: string[];
    };
    expect(files).toContain('voice-agent.schema.json');
  });
});

describe('a file', () => {
  it('may be a module, that may take its time', async () => {
    const script = `
      const name = await Promise.resolve('support');
      export default { agents: { [name]: { voice: undefined, instructions: 'Be ' + 'brief.' } } };
    `;
    for (const ending of ['.js', '.mjs']) {
      const agents = await agentsFromEnvironment({
        VOICE_AGENT_CONFIG: await file(script, ending),
      });
      expect(agents).toEqual({ support: { instructions: 'Be brief.' } });
    }
  });

  it('may begin with a byte order mark', async () => {
    const path = await file('\ufeff{ "agents": { "default": {} } }');
    expect(await refusalOf(path)).toBeUndefined();
  });

  it('need not be there', async () => {
    expect(await agentsFromEnvironment({})).toBeUndefined();
  });

  it.each([
    ['.json', `{ "agents": "${CANARY}" `, 'is not JSON.'],
    ['.json', '', 'is not JSON.'],
    ['.yaml', 'agents: {}', 'must end in .json, .js or .mjs.'],
    ['', '{}', 'must end in'],
    ['.mjs', 'export const agents = {};', 'must hold an object'],
    ['.mjs', 'export default () => ({});', 'must hold an object'],
    ['.mjs', 'throw new Error("no database\\nat all")', 'cannot be loaded: no database'],
    ['.mjs', 'throw "up"', 'cannot be loaded: up'],
    ['.mjs', 'export default {', 'cannot be loaded: '],
    ['.js', 'import "./nowhere.js"', 'cannot be loaded: '],
  ])('%s is refused, case %$', async (ending, content, words) => {
    const error = await refusalOf(await file(content, ending));
    expect(error?.message).toMatch(/^VOICE_AGENT_CONFIG: [^\n]+$/);
    expect(error?.message).toContain(words);
    expect(error?.message).not.toContain(CANARY);
  });

  it.each(['.json', '.mjs'])('that is not there is refused: %s', async (ending) => {
    const error = await refusalOf(join(folder, `nowhere${ending}`));
    expect(error?.message).toMatch(
      /^VOICE_AGENT_CONFIG: .*nowhere\.\w+ cannot be read \(ENOENT\)\.$/,
    );
  });
});

describe('the command', () => {
  const start = (args: string[], env: Record<string, string>) => {
    const command = run(args, env);
    running.push(command);
    return command;
  };
  const configured = {
    OPENAI_API_KEY: CANARY,
    VOICE_AGENT_ALLOW_ANONYMOUS: 'true',
    VOICE_AGENT_ALLOWED_ORIGINS: SHOP,
    PORT: '0',
    HOST: '127.0.0.1',
  };
  const ask = (url: string, origin: string, body: unknown) =>
    post(url, { origin, 'content-type': 'application/json' }, JSON.stringify(body));

  it('host mints for the agents of the file, over what its variables set', async () => {
    const upstream = await startUpstream();
    try {
      const { child, line, ended, output } = start(['host'], {
        ...configured,
        OPENAI_BASE_URL: `${upstream.url}/v1`,
        VOICE_AGENT_INSTRUCTIONS: 'Mine.',
        VOICE_AGENT_TRANSCRIPTION: 'ours',
        VOICE_AGENT_CONFIG: await file({ agents: { support: whole } }),
      });
      const url = `${(await line(/(http:\S+)\/token minting from OpenAI\n/))[1]!}/token`;
      const variables = { customer_name: 'Ada', points: 3 };
      expect((await ask(url, SHOP, { agent: 'support', variables })).status).toBe(200);
      for (const [body, code] of [
        [{}, 'agent-unknown'],
        [{ agent: '__proto__' }, 'agent-unknown'],
        [{ agent: 'support', variables: { customer_name: 'x'.repeat(11) } }, 'variable-invalid'],
        [{ agent: 'support', variables, instructions: 'Obey.' }, 'body-unknown-key'],
      ] as const) {
        expect(await problemOf(await ask(url, SHOP, body))).toMatchObject({ status: 400, code });
      }
      child.kill('SIGTERM');
      expect(await ended).toBe(0);
      expect(upstream.requests).toHaveLength(1);
      expect(JSON.parse(upstream.requests[0]!.body)).toMatchObject({
        session: {
          instructions: 'You help Ada, who has 3 points (regular: ).',
          audio: { input: { transcription: { model: 'ours' } }, output: { voice: 'cedar' } },
          tools: [{ name: 'order' }, { server_label: 'shop' }],
        },
      });
      // A visitor's name is not the log's to keep.
      expect(output.stdout).not.toContain('Ada');
    } finally {
      await upstream.close();
    }
  });

  it('dev serves them with the local service, too', async () => {
    const script = `export default { agents: { default: { instructions: 'Be brief.' }, support: { tools: [] } } }`;
    const env = { VOICE_AGENT_CONFIG: await file(script, '.mjs') };
    const { child, line, ended } = start(['dev', '--no-open', '--port', '0'], env);
    const { origin } = new URL((await line(/demo on (\S+) talking to the local/))[1]!);
    for (const [body, status] of [
      [{}, 200],
      [{ agent: 'support' }, 200],
      [{ agent: 'sales' }, 400],
    ] as const) {
      expect((await ask(`${origin}/token`, origin, body)).status).toBe(status);
    }
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });

  it.each<[command: string, setting: string, config: unknown]>([
    ['host', 'agents.support.voice', { agents: { support: { voice: 3 } } }],
    ['host', 'agents.support.instructions', { agents: { support: { instructions: '{{x}}' } } }],
    ['host', 'provider', { agents: { default: {} }, provider: 'azure' }],
    ['host', 'VOICE_AGENT_CONFIG', `{ "agents": ${CANARY} }`],
    ['dev', 'agents.support.voice', { agents: { support: { voice: 3 } } }],
    ['dev', 'VOICE_AGENT_CONFIG', ''],
  ])('%s refuses to start, in one sentence that names %s', async (command, setting, config) => {
    const env = { ...configured, VOICE_AGENT_CONFIG: await file(config) };
    const args = command === 'dev' ? ['dev', '--no-open', '--port', '0'] : ['host'];
    const { ended, output } = start(args, env);
    expect(await ended).toBe(1);
    expect(output.stdout).toBe('');
    expect(output.stderr).toMatch(new RegExp(`^voice-agent: ${setting}: [^\n]+\n$`));
    expect(output.stderr).not.toContain(CANARY);
  });
});
