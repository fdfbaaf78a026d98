// A site with `<voice-agent>` and a local realtime service, in one process of its own, so that both can
// be put into another network. Says `site PORT` when it listens; ends with its standard input.
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import sirv from 'sirv';

const built = new URL('../../../dist/', import.meta.url);
const { startLocalService } = await import(new URL('local/index.js', built).href);
const files = sirv(fileURLToPath(built), { dev: true });
const service = await startLocalService({ hostname: '0.0.0.0' });
const { port } = new URL(service.url);

const PAGE = `<!doctype html><html lang="en"><head>
<script type="module" src="/dist/voice-agent.js"></script></head><body>
<voice-agent token-url="/token" warmup="none" greeting transcript></voice-agent></body></html>`;

async function secret() {
  const response = await fetch(`http://127.0.0.1:${port}/v1/realtime/client_secrets`, {
    method: 'POST',
    headers: { authorization: 'Bearer test', 'content-type': 'application/json' },
    body: JSON.stringify({ session: { type: 'realtime' } }),
  });
  const { value, expires_at } = await response.json();
  // The browser reaches this machine by another address.
  return { value, expires_at, calls_url: `http://localhost:${port}/v1/realtime/calls` };
}

const site = createServer((request, response) => {
  if (request.url === '/token') {
    void secret().then((answer) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  } else if (request.url?.startsWith('/dist/')) {
    request.url = request.url.slice('/dist'.length);
    files(request, response, () => {
      response.writeHead(404).end();
    });
  } else {
    response.writeHead(200, { 'content-type': 'text/html;charset=utf-8' }).end(PAGE);
  }
});
site.listen(0, '0.0.0.0', () => {
  const { port } = /** @type {import('node:net').AddressInfo} */ (site.address());
  console.log(`site ${port}`);
});
process.stdin.on('close', () => process.exit(0)).resume();
