// `voice-agent check` as a process: its exit codes, its lines, and no secret among them.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { CANARY, SHOP } from '../../host/support.js';
import { run, type Command } from '../support.js';
import type { RunningServer } from '../../../src/host/node-server.js';
import type { TokenHost } from '../../../src/host/index.js';
import { rightHost, SECRET, serve, withFields, withHeaders, withSecret } from './support.js';

// Sockets and processes are slow on a machine that is busy with something else.
vi.setConfig({ testTimeout: 30_000 });

const running: Command[] = [];
const opened: RunningServer[] = [];
afterEach(async () => {
  for (const command of running.splice(0)) await command.kill();
  for (const server of opened.splice(0)) await server.close(0);
});

async function check(host: TokenHost, ...options: string[]) {
  const server = await serve(host);
  opened.push(server);
  return await end('check', `${server.url}/token`, ...options);
}

async function end(...args: string[]) {
  const command = run(args);
  running.push(command);
  const code = await command.ended;
  const { stdout, stderr } = command.output;
  expect(stdout + stderr).not.toContain(SECRET);
  expect(stdout + stderr).not.toContain(CANARY);
  return { code, stdout, stderr, lines: stdout.trimEnd().split('\n') };
}

describe('voice-agent check', () => {
  it('ends with 0 for a right host, a line for each check and one for all', async () => {
    const { code, stderr, lines } = await check(rightHost(), '--origin', SHOP);
    expect(code).toBe(0);
    expect(stderr).toBe('');
    expect(lines).toHaveLength(19);
    for (const line of lines.slice(0, -1)) expect(line).toMatch(/^ok {4}[a-zA-Z ]+: .+\.$/);
    expect(lines.at(-1)).toBe('18 ok, 0 warnings, 0 failed');
  });

  it('asks as a page of the host’s own unless told otherwise', async () => {
    const { code, stdout } = await check(rightHost());
    expect(code).toBe(0);
    expect(stdout).toContain('page origin: same origin, nothing to allow.');
  });

  it('ends with 0 for what is only not recommended', async () => {
    const host = withSecret((answer) => withFields(answer, { expires_at: 1e10 / 2 }));
    const lasting = withSecret((answer) =>
      withHeaders(answer, { 'access-control-expose-headers': null }),
    );
    expect((await check(host, '--origin', SHOP)).code).toBe(1);
    const { code, lines } = await check(lasting, '--origin', SHOP);
    expect(code).toBe(0);
    expect(lines.at(-1)).toBe('17 ok, 1 warning, 0 failed');
  });

  it('ends with 1 for what a call cannot do without, and says what to do', async () => {
    const host = withSecret((answer) => withFields(answer, { value: CANARY }));
    const { code, lines } = await check(host, '--origin', SHOP);
    expect(code).toBe(1);
    expect(lines).toContain(
      'FAIL  standard key: hands out an API key (sk-…). Revoke that key now, and mint a client secret with it on the server.',
    );
    expect(lines.at(-1)).toBe('16 ok, 0 warnings, 2 failed');
  });

  it('sends the headers of a login, and 20 requests only where it may', async () => {
    const right = rightHost();
    const logins: (string | null)[] = [];
    const host: TokenHost = (request) => {
      const { headers, method } = request;
      logins.push(method === 'OPTIONS' ? null : headers.get('cookie'));
      return right(request);
    };
    const login = ['--header', 'Cookie: a=1', '--header', 'X-Site: 7'];
    const { lines } = await check(host, '--origin', SHOP, '--limit', ...login);
    expect(logins.filter((login) => login === 'a=1')).toHaveLength(26);
    expect(lines.at(-2)).toMatch(/^warn {2}limit: no limit seen in 20 requests\./);
  });

  it.each([
    [['check'], 'Which address?'],
    [['check', 'shop.example'], 'The address must be http or https'],
    [['check', 'ftp://shop.example/'], 'The address must be http or https'],
    [['check', `https://me:${CANARY}@shop.example/`], 'without user and password'],
    [['check', 'https://a.example/', 'b'], '"b" is one word too many.'],
    [['check', 'https://a.example/', '--origin', 'https://b.example/'], 'https://b.example'],
    [['check', 'https://a.example/', '--origin', 'null'], '--origin takes an origin'],
    [['check', 'https://a.example/', '--header', CANARY], '--header takes "Name: value".'],
    [['check', 'https://a.example/', '--header', `a b: ${CANARY}`], '--header takes'],
    [['check', 'https://a.example/', '--header', 'Origin: x'], '--header cannot set Origin.'],
    [['check', 'https://a.example/', '--port', '1'], '--port is an option of "dev".'],
    [['dev', '--limit'], '--limit is an option of "check".'],
  ])(
    'a wrong use ends with 2 and says why, before anything is asked, case %$',
    async (args, sentence) => {
      const { code, stdout, stderr } = await end(...args);
      expect(code).toBe(2);
      expect(stdout).toBe('');
      expect(stderr).toMatch(/^voice-agent: /);
      expect(stderr).toContain(sentence);
    },
  );
});
