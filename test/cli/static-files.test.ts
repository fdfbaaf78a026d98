// The demo's server in this process: right types, nothing cached, nothing outside its two folders,
// and the strict policy where it was asked for.
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDevServer } from '../../src/cli/dev-server.js';
import type { RunningServer } from '../../src/host/node.js';
import { countingProvider } from '../host/support.js';

const SECRET = 'outside';
const connectTo = 'http://127.0.0.1:4301';
let root: string;
let server: RunningServer;

beforeAll(async () => {
  root = `${await mkdtemp(join(tmpdir(), 'voice-agent-'))}/`;
  for (const folder of ['demo/sub', 'dist', 'dist-other']) {
    await mkdir(root + folder, { recursive: true });
  }
  await writeFile(`${root}demo/index.html`, '<!doctype html><title>Shop</title>');
  await writeFile(`${root}demo/shop.css`, 'body{}');
  await writeFile(`${root}demo/photo.svg`, '<svg xmlns="http://www.w3.org/2000/svg"/>');
  await writeFile(`${root}demo/sub/page.html`, 'sub');
  await writeFile(`${root}dist/voice-agent.js`, 'export {};');
  await writeFile(`${root}dist/voice-agent.js.map`, '{}');
  await writeFile(`${root}package.json`, SECRET);
  await writeFile(`${root}dist-other/secret.js`, SECRET);
  await symlink(`${root}demo/index.html`, `${root}demo/link.html`);
  server = await startDevServer({ port: 0, provider: countingProvider(), connectTo, root });
});
afterAll(async () => {
  await server.close(0);
  await rm(root, { recursive: true });
});

/** As written: `fetch` would tidy the path up before it is sent. */
function get(path: string, headers: Record<string, string> = {}, method = 'GET') {
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; text: string }>(
    (resolve, reject) => {
      const asked = request(server.url, { path, headers, method }, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
        );
      });
      asked.on('error', reject);
      asked.end();
    },
  );
}

describe('the files', () => {
  it.each([
    ['/', 'text/html;charset=utf-8'],
    ['/index.html', 'text/html;charset=utf-8'],
    ['/shop.css', 'text/css'],
    ['/photo.svg', 'image/svg+xml'],
    ['/sub/page', 'text/html;charset=utf-8'],
    ['/dist/voice-agent.js', 'text/javascript'],
    ['/dist/voice-agent.js.map', 'application/json'],
    ['/strict/', 'text/html;charset=utf-8'],
    ['/strict', 'text/html;charset=utf-8'],
    ['/strict/dist/voice-agent.js', 'text/javascript'],
    ['/?csp', 'text/html;charset=utf-8'],
  ])('%s is %s and not cached', async (path, type) => {
    const { status, headers } = await get(path);
    expect([status, headers['content-type'], headers['cache-control']]).toEqual([
      200,
      type,
      'no-store',
    ]);
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  it.each([
    '/nothing.html',
    '/package.json',
    '/../package.json',
    '/%2e%2e/package.json',
    '/..%2fpackage.json',
    '/..%5cpackage.json',
    '/%252e%252e/package.json',
    '/dist/../package.json',
    '/dist/%2e%2e/package.json',
    '/dist/..%2f..%2fpackage.json',
    '/dist/../dist-other/secret.js',
    '/dist/..-other/secret.js',
    '/dist-other/secret.js',
    '/strict/../package.json',
    '/strict/../../package.json',
    '/strict/dist/../../package.json',
    '/..\\package.json',
    '//package.json',
    '/./../package.json',
    '/%00',
    '/%',
    '/%E0%A4%A',
    '/sub/../../package.json',
  ])('%s is not there', async (path) => {
    const { status, text } = await get(path);
    expect(status).toBe(404);
    expect(text).not.toContain(SECRET);
  });

  it('take no other method', async () => {
    const { status, headers } = await get('/', {}, 'POST');
    expect([status, headers.allow]).toEqual([405, 'GET, HEAD']);
  });
});

describe('the strict policy', () => {
  it.each(['/strict/', '/strict/sub/page.html', '/?csp', '/sub/page.html?x=1&csp'])(
    'comes with %s',
    async (path) => {
      const { status, headers } = await get(path);
      expect(status).toBe(200);
      expect(headers['content-security-policy']).toBe(
        `default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' ${connectTo} ${connectTo.replace('http', 'ws')}; ` +
          `img-src 'self'; require-trusted-types-for 'script'; trusted-types lit-html`,
      );
    },
  );

  it('stays away otherwise', async () => {
    expect((await get('/')).headers).not.toHaveProperty('content-security-policy');
  });
});

describe('this machine alone', () => {
  it('may ask: a foreign name that points here gets no file and no secret', async () => {
    const port = server.port;
    for (const host of ['evil.example', `evil.example:${port}`, 'localhost.evil.example']) {
      expect((await get('/', { host })).status).toBe(403);
      const asked = await get('/token', { host, origin: `http://${host}` }, 'POST');
      expect([asked.status, asked.text]).toEqual([
        403,
        expect.stringContaining('host-not-allowed'),
      ]);
    }
    for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`, 'localhost']) {
      expect((await get('/', { host })).status).toBe(200);
      expect((await get('/token', { host, origin: `http://${host}` }, 'POST')).status).toBe(200);
    }
  });

  it('may ask from the demo’s own pages only', async () => {
    const asked = await get('/token', { origin: 'https://evil.example' }, 'POST');
    expect([asked.status, asked.text]).toEqual([
      403,
      expect.stringContaining('origin-not-allowed'),
    ]);
  });
});
