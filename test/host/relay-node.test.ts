// The relay host as a Node server and under Express, over real sockets.
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import express from 'express';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRelayHost } from '../../src/host/index.js';
import { serveRelayHost, toNodeListener, type RunningServer } from '../../src/host/node.js';
import { ANSWER, callingProvider, OFFER, problemOf, SHOP } from './support.js';

// Sockets and processes are slow on a machine that is busy with something else.
vi.setConfig({ testTimeout: 30_000 });

const headers = { origin: SHOP, 'content-type': 'application/sdp' };
let server: RunningServer;
let provider = callingProvider();

beforeEach(async () => {
  provider = callingProvider();
  server = await serveRelayHost({ provider, allowedOrigins: [SHOP], port: 0 });
});
afterEach(() => server.close(0));

const ask = (body: string = OFFER, url = `${server.url}/session`) =>
  fetch(url, { method: 'POST', headers, body });
const end = (url: string) => fetch(url, { method: 'DELETE', headers: { origin: SHOP } });

/** Sends raw bytes; resolves with all that came back once the server has closed the connection. */
function raw(...lines: string[]): Promise<string> {
  const socket = connect(server.port, '127.0.0.1');
  let text = '';
  socket.on('data', (chunk) => (text += chunk.toString()));
  socket.write(['POST /session HTTP/1.1', 'Host: a', `Origin: ${SHOP}`, ...lines].join('\r\n'));
  return new Promise((resolve) => {
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(text));
  });
}

describe('the server', () => {
  it('places calls at /session, and ends them below it', async () => {
    const answer = await ask();
    expect([answer.status, await answer.text()]).toEqual([201, ANSWER]);
    expect(answer.headers.get('location')).toBe('/session/rtc_1');
    expect((await end(`${server.url}/session/rtc_1`)).status).toBe(204);
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
  });

  it('has nothing anywhere else', async () => {
    for (const path of ['/', '/token', '/sessions', '/session/a/b', '//session']) {
      expect((await problemOf(await ask(OFFER, server.url + path))).code).toBe('not-found');
    }
  });

  it('places no call below /session, where it could not be ended', async () => {
    const answer = await ask(OFFER, `${server.url}/session/new`);
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'DELETE, OPTIONS']);
    expect((await problemOf(answer)).code).toBe('method-not-allowed');
    expect(provider.created).toEqual([]);
  });

  it('takes an offer of 64 kB, and no more', async () => {
    const line = 'a=candidate:1 1 udp 2122260223 192.0.2.1 61665 typ host\r\n';
    const large = OFFER + line.repeat((65_536 - OFFER.length) / line.length);
    expect((await ask(large)).status).toBe(201);
    expect((await problemOf(await ask(large + line))).code).toBe('body-too-large');
  });

  it('hears nobody who sends more than that, or too slowly', async () => {
    const type = 'Content-Type: application/sdp';
    const chunk = `8000\r\n${'x'.repeat(0x8000)}\r\n`;
    const endless = raw(type, 'Transfer-Encoding: chunked', '', chunk + chunk + chunk);
    const slow = raw(type, 'Content-Length: 100', '', 'v=0\r\n');
    expect(await endless).toMatch(/^HTTP\/1\.1 413 [^]*body-too-large/);
    expect(await slow).toMatch(/^HTTP\/1\.1 408 [^]*body-timeout/);
    expect(provider.created).toEqual([]);
  });

  it('ends its calls when it closes', async () => {
    await ask();
    await server.close(0);
    expect(provider.ended).toEqual(['rtc_1']);
  });

  it('lets go of a port that is taken', async () => {
    const options = { provider, allowedOrigins: [SHOP], port: server.port };
    await expect(serveRelayHost(options)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

describe('below a path of Express', () => {
  it.each([
    [
      'routed',
      (app: express.Express, host: express.RequestHandler) =>
        app.all(['/voice/session', '/voice/session/:call'], host),
    ],
    [
      'mounted',
      (app: express.Express, host: express.RequestHandler) => app.use('/voice/session', host),
    ],
  ])('says where a call is, %s', async (_, put) => {
    const host = createRelayHost({ provider, allowedOrigins: [SHOP] });
    const app = express();
    put(app, toNodeListener(host.handle));
    const http = createServer(app);
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    try {
      const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/voice/session`;
      const location = (await ask(OFFER, url)).headers.get('location');
      expect(location).toBe('/voice/session/rtc_1');
      expect((await end(new URL(location!, url).href)).status).toBe(204);
      expect(provider.ended).toEqual(['rtc_1']);
    } finally {
      await host.close();
      await new Promise((resolve) => {
        http.close(resolve);
        http.closeAllConnections();
      });
    }
  });
});
