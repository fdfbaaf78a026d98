// The command's words and exit codes, and the production host as a process.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { CANARY, deferred, json, SHOP, startUpstream } from '../host/support.js';
import { post, run, type Command } from './support.js';

// Sockets and processes are slow on a machine that is busy with something else.
vi.setConfig({ testTimeout: 30_000 });

const running: Command[] = [];
afterEach(async () => {
  for (const command of running.splice(0)) await command.kill();
});
function start(args: string[], env: Record<string, string> = {}): Command {
  const command = run(args, env);
  running.push(command);
  return command;
}

const configured = {
  OPENAI_API_KEY: CANARY,
  VOICE_AGENT_ALLOW_ANONYMOUS: 'true',
  VOICE_AGENT_ALLOWED_ORIGINS: `${SHOP}, http://localhost:5173`,
  PORT: '0',
  HOST: '127.0.0.1',
};

const azure = {
  OPENAI_API_KEY: '',
  AZURE_OPENAI_ENDPOINT: 'https://shop.openai.azure.com',
  AZURE_OPENAI_DEPLOYMENT: 'shop-voice',
  AZURE_OPENAI_API_KEY: CANARY,
};

describe('voice-agent', () => {
  it.each([['--help'], ['-h'], ['dev', '--help']])(
    '%s %s shows how it is used',
    async (...args) => {
      const { ended, output } = start(args);
      expect(await ended).toBe(0);
      expect(output.stdout).toMatch(/^Usage: voice-agent <command>/);
      expect(output.stderr).toBe('');
    },
  );

  it('--version says the package’s', async () => {
    const { ended, output } = start(['--version']);
    expect(await ended).toBe(0);
    expect(output.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each([
    [[], 'Which command?'],
    [['deploy'], 'There is no command "deploy".'],
    [['dev', 'now'], '"now" is one word too many.'],
    [['dev', '--fast'], '--fast'],
    [['dev', '--port'], '--port'],
    [['dev', '--port', 'x'], '--port takes a whole number from 0 to 65535, not "x".'],
    [['dev', '--port', '70000'], '--port takes'],
    [['dev', '--delay', '-1'], '--delay'],
    [['host', '--port', '1'], '--port is an option of "dev".'],
  ])('%j ends with 2 and says why', async (args, sentence) => {
    const { ended, output } = start(args);
    expect(await ended).toBe(2);
    expect(output.stdout).toBe('');
    expect(output.stderr).toContain(`voice-agent: `);
    expect(output.stderr).toContain(sentence);
    expect(output.stderr).toContain('Usage: voice-agent <command>');
  });
});

describe('voice-agent host', () => {
  it.each<[setting: string, env: Record<string, string>, words?: string]>([
    ['OPENAI_API_KEY', { OPENAI_API_KEY: '' }, 'AZURE_OPENAI_ENDPOINT'],
    ['OPENAI_API_KEY', { OPENAI_API_KEY: `ek_${CANARY}` }],
    ['OPENAI_API_KEY and AZURE_OPENAI_ENDPOINT', { AZURE_OPENAI_ENDPOINT: 'https://a.example' }],
    [
      // In real: the package for Entra tokens is not installed here.
      'AZURE_OPENAI_API_KEY',
      { ...azure, AZURE_OPENAI_API_KEY: '' },
      'npm install @azure/identity',
    ],
    ['OPENAI_BASE_URL', { OPENAI_BASE_URL: 'http://api.example' }],
    ['OPENAI_ORG_ID', { OPENAI_ORG_ID: 'org 1' }],
    ['OPENAI_PROJECT_ID', { OPENAI_PROJECT_ID: 'proj-1\n' }],
    [
      'VOICE_AGENT_CONNECT',
      { ...azure, AZURE_OPENAI_PREVIEW_REGION: 'eastus2', VOICE_AGENT_CONNECT: 'relay' },
      'the Azure OpenAI preview',
    ],
    ['VOICE_AGENT_ALLOW_ANONYMOUS', { VOICE_AGENT_ALLOW_ANONYMOUS: '' }],
    ['VOICE_AGENT_ALLOW_ANONYMOUS', { VOICE_AGENT_ALLOW_ANONYMOUS: 'yes' }],
    ['VOICE_AGENT_ALLOWED_ORIGINS', { VOICE_AGENT_ALLOWED_ORIGINS: '*' }],
    ['VOICE_AGENT_ALLOWED_ORIGINS', { VOICE_AGENT_ALLOWED_ORIGINS: `${SHOP}/` }],
    ['VOICE_AGENT_TOKEN_SECONDS', { VOICE_AGENT_TOKEN_SECONDS: '5' }],
    ['VOICE_AGENT_TOKEN_SECONDS', { VOICE_AGENT_TOKEN_SECONDS: 'long' }],
    ['VOICE_AGENT_DAILY_BUDGET', { VOICE_AGENT_DAILY_BUDGET: '0' }],
    ['VOICE_AGENT_DAILY_BUDGET', { VOICE_AGENT_DAILY_BUDGET: 'many' }],
    ['VOICE_AGENT_TRUSTED_PROXIES', { VOICE_AGENT_TRUSTED_PROXIES: '-1' }],
    ['VOICE_AGENT_TRUSTED_PROXIES', { VOICE_AGENT_TRUSTED_PROXIES: 'true' }],
    ['REDIS_URL', { REDIS_URL: 'localhost:6379' }],
    ['REDIS_URL', { REDIS_URL: `http://:${CANARY}@localhost` }],
    ['REDIS_URL', { REDIS_URL: `redis://:${CANARY}%ZZ@localhost` }, '%25'],
    ['PORT', { PORT: '99999' }],
  ])(
    'refuses to start, in one sentence that names %s, case %$',
    async (setting, env, words = '') => {
      const { ended, output } = start(['host'], { ...configured, ...env });
      expect(await ended).toBe(1);
      expect(output.stdout).toBe('');
      expect(output.stderr).toMatch(new RegExp(`^voice-agent: ${setting}: [^\n]+\n$`));
      expect(output.stderr).toContain(words);
      expect(output.stderr).not.toContain(CANARY);
    },
  );

  it('mints from Azure OpenAI, and shows the key nowhere', async () => {
    const upstream = await startUpstream();
    try {
      const env = { ...configured, ...azure, AZURE_OPENAI_ENDPOINT: upstream.url };
      const { child, line, ended, output } = start(['host'], env);
      const url = (await line(/(http:\S+)\/token minting from Azure OpenAI\n/))[1];
      const ask = () => post(`${url}/token`, { origin: SHOP });
      expect(await (await ask()).json()).toMatchObject({ value: 'ek_stub', provider: 'azure' });
      upstream.answer = json(401, { error: { message: CANARY, code: CANARY } });
      expect(await (await ask()).text()).not.toContain(CANARY);
      child.kill('SIGTERM');
      expect(await ended).toBe(0);
      expect(upstream.requests[0]?.headers).toMatchObject({ 'api-key': CANARY });
      expect(upstream.requests[0]?.headers).not.toHaveProperty('authorization');
      expect(output.stdout + output.stderr).not.toContain(CANARY);
    } finally {
      await upstream.close();
    }
  });

  it('mints, logs without a secret, and ends on SIGTERM', async () => {
    const upstream = await startUpstream();
    try {
      const env = { ...configured, OPENAI_BASE_URL: `${upstream.url}/v1` };
      const { child, line, ended, output } = start(['host'], env);
      const url = (await line(/(http:\S+)\/token minting from OpenAI\n/))[1];
      const ask = () => post(`${url}/token`, { origin: SHOP });
      const answers = [await ask()];
      upstream.answer = json(401, { error: { message: CANARY, code: CANARY } });
      answers.push(await ask());
      expect(answers.map(({ status }) => status)).toEqual([200, 502]);
      for (const answer of answers) expect(await answer.text()).not.toContain(CANARY);
      expect((await fetch(`${url}/health`)).status).toBe(200);
      child.kill('SIGTERM');
      expect(await ended).toBe(0);
      const entries = output.stdout.trim().split('\n').slice(1);
      expect(entries.map((entry) => JSON.parse(entry) as object)).toMatchObject([
        { method: 'POST', status: 200, outcome: 'minted', provider: 'openai' },
        { status: 502, outcome: 'provider-credentials', upstream: { status: 401 } },
      ]);
      expect(upstream.requests[0]?.headers.authorization).toBe(`Bearer ${CANARY}`);
      expect(output.stdout + output.stderr).not.toContain(CANARY);
      expect(output.stdout).not.toContain('ek_stub');
    } finally {
      await upstream.close();
    }
  });

  it('on SIGTERM lets the answer under way finish', async () => {
    const upstream = await startUpstream();
    try {
      const env = { ...configured, OPENAI_BASE_URL: `${upstream.url}/v1` };
      const { child, line, ended } = start(['host'], env);
      const url = (await line(/(http:\S+)\/token minting/))[1];
      const { promise: asked, resolve } = deferred<() => void>();
      upstream.answer = (outgoing) => resolve(() => json(200, { value: 'ek_late' })(outgoing));
      const response = post(`${url}/token`, { origin: SHOP });
      const answer = await asked;
      child.kill('SIGTERM');
      // The port is free as soon as the signal has been heard; the answer is still owed.
      await expect.poll(() => fetch(`${url}/health`).catch(() => 'closed')).toBe('closed');
      answer();
      expect(await (await response).json()).toMatchObject({ value: 'ek_late' });
      expect(await ended).toBe(0);
    } finally {
      await upstream.close();
    }
  });

  it('goes on when nobody reads what it writes any longer', async () => {
    const upstream = await startUpstream();
    try {
      const env = { ...configured, OPENAI_BASE_URL: `${upstream.url}/v1` };
      const { child, line, ended } = start(['host'], env);
      const url = (await line(/(http:\S+)\/token minting/))[1];
      child.stdout?.destroy();
      child.stderr?.destroy();
      const ask = async () => (await post(`${url}/token`, { origin: SHOP })).status;
      expect([await ask(), await ask(), await ask()]).toEqual([200, 200, 200]);
      child.kill('SIGTERM');
      expect(await ended).toBe(0);
    } finally {
      await upstream.close();
    }
  });

  it('says in a sentence that its HOST is none', async () => {
    const { ended, output } = start(['host'], { ...configured, HOST: 'no.host.invalid' });
    expect(await ended).toBe(1);
    expect(output.stderr).toMatch(/^voice-agent: [^\n]*no\.host\.invalid\n$/);
  });

  it('says in a sentence that its port is taken', async () => {
    const upstream = await startUpstream();
    try {
      const { ended, output } = start(['host'], {
        ...configured,
        PORT: new URL(upstream.url).port,
      });
      expect(await ended).toBe(1);
      expect(output.stderr).toMatch(/^voice-agent: [^\n]*EADDRINUSE[^\n]*\n$/);
    } finally {
      await upstream.close();
    }
  });
});
