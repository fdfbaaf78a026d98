// A start, or a change of session, that stands still at any of its eight steps: it fails in time, in
// words, and leaves nothing open. All of them side by side, for most of it is waiting.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Visit } from '../support/visit.js';
import { hasEnded } from './support/endings.js';
import { helps, Site } from './support/site.js';

const WITHIN_MS = 25_000;
/** A conversation that is under way is tried again for a little longer. */
const TRIED_AGAIN_MS = 30_000;
/** For timers of pages that nobody looks at. */
const LATE_MS = 1_500;

interface Stall {
  /** Of the request for a secret: what it asks to go wrong. */
  readonly asks: string;
  readonly code: string;
  readonly sentence: RegExp;
  /** What is changed on the way to the service, and on the way back. */
  readonly offer?: readonly [what: string, by: string];
  readonly answer?: readonly [what: string, by: string];
  /** It is in a call already, which is measured from where it recovers. */
  readonly inACall?: true;
}

const UNREACHABLE = { code: 'token-unreachable', sentence: /cannot be reached/ };
const BLOCKED = { code: 'network-blocked', sentence: /does not let the call through/ };

const STALLS: [string, Stall][] = [
  ['B4 before the headers of the secret', { asks: 'stall=headers', ...UNREACHABLE }],
  ['B4 within the body of the secret', { asks: 'stall=body', ...UNREACHABLE }],
  ['C1 before the answer to the offer', { asks: 'fault=calls-hang', ...BLOCKED }],
  // Neither side takes the other's checks for its own.
  ['C4 on the way to the service', { asks: '', answer: ['ice-pwd:', 'ice-pwd:x'], ...BLOCKED }],
  [
    // Each side waits for the other to begin.
    'C8 in the handshake',
    {
      asks: '',
      offer: ['setup:actpass', 'setup:active'],
      answer: ['setup:passive', 'setup:active'],
      ...BLOCKED,
    },
  ],
  ['C9 at the channel', { asks: '', answer: ['sctp-port:5000', 'sctp-port:5001'], ...BLOCKED }],
  [
    'C9 before the first event',
    { asks: 'fault=no-session-created', code: 'server-error', sentence: /has a problem/ },
  ],
  [
    'C6 in the change to another session',
    {
      asks: 'fault=session-limit:9000&stall=second',
      code: 'connection-lost',
      sentence: /connection was lost/,
      inACall: true,
    },
  ],
];

let site: Site;

beforeAll(async () => {
  site = await Site.open();
  const begun = new Set<string>();
  site.answer = (response, request, count) => {
    const stall = new URL(request.url ?? '/', site.url()).searchParams.get('stall');
    if (stall === 'body') {
      response.writeHead(200, { 'content-type': 'application/json' }).write('{"value":"ek_');
    }
    const isFirst = stall === 'second' && begun.size < begun.add(stall).size;
    return stall === null || isFirst ? helps(response, request, count) : undefined;
  };
});
afterAll(() => site.close());

/** The page sends another offer than its own, and gets another answer than was given. */
async function meddle(visit: Visit, { offer, answer }: Stall): Promise<void> {
  await visit.page.evaluate(
    ([what, by], [told, instead]) => {
      const { fetch } = globalThis;
      globalThis.fetch = async (input, init) => {
        if (typeof init?.body !== 'string' || !init.body.startsWith('v=0')) {
          return fetch(input, init);
        }
        const body = init.body.replaceAll(what, by);
        const response = await fetch(input, { ...init, body });
        const text = await response.text();
        if (!text.includes(told)) throw new Error(`No ${told} in: ${text}`);
        return new Response(text.replaceAll(told, instead), response);
      };
    },
    offer ?? ['', ''],
    answer ?? ['', ''],
  );
}

it('stops in time wherever it stands still', async () => {
  const tried = [];
  for (const [name, stall] of STALLS) {
    const visit = await Visit.open(site.browser, site.page('/'));
    await visit.set({ 'token-url': `/token?${stall.asks}` });
    await meddle(visit, stall);
    await visit.press('start-button');
    await visit.event('voice-start');
    tried.push({ name, stall, visit });
  }
  const outcomes = await Promise.allSettled(
    tried.map(async ({ name, stall, visit }) => {
      const { inACall, code, sentence } = stall;
      const since = inACall ? 'recovering' : 'connecting';
      await hasEnded(visit, code, sentence, { ms: 60_000 });
      const [end] = visit.named('voice-end');
      const began = visit
        .named('voice-state-change')
        .find(({ detail }) => detail.state.status === since);
      const took = Math.round(end!.at - began!.at);
      expect(took, `${name}: ${took} ms`).toBeLessThan(
        (inACall ? TRIED_AGAIN_MS : WITHIN_MS) + LATE_MS,
      );
      return `${name}: ${took} ms`;
    }),
  );
  console.log(outcomes.map((one) => (one.status === 'fulfilled' ? one.value : '✗')).join('\n'));
  const failed = outcomes.flatMap((one) => (one.status === 'rejected' ? [String(one.reason)] : []));
  expect(failed).toEqual([]);
}, 120_000);
