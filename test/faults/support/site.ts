// A site with `<voice-agent>` whose pages, headers and token host are whatever a fault needs. Secrets
// come from the demo's host behind it, and lead to the real local service. It knows no fault.
import { once } from 'node:events';
import {
  createServer,
  request,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'puppeteer-core';
import sirv from 'sirv';
import { fileURLToPath } from 'node:url';
import { Stage } from '../../support/stage.js';

export interface SitePage {
  readonly body?: string;
  readonly head?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the site's token host does with a request; `false`: what the demo's host says. */
export type HostAnswer = (
  response: ServerResponse,
  request: IncomingMessage,
  count: number,
) => false | undefined | Promise<void>;

/** Asks for nothing before the click, so that requests can be counted. */
export const ELEMENT =
  '<voice-agent token-url="/token" warmup="none" greeting transcript></voice-agent>';
export const SCRIPT = '<script type="module" src="/dist/voice-agent.js"></script>';

const dist = sirv(fileURLToPath(new URL('../../../dist/', import.meta.url)), { dev: true });

export class Site {
  /** How often the token host was asked. */
  asked = 0;
  /** What the token host says. */
  answer: HostAnswer = () => false;
  /** Headers of scripts, for pages of other origins. */
  scriptHeaders: Readonly<Record<string, string>> = {};
  /** Bodies that were sent to `/report`, and all other paths that nobody has. */
  readonly unknown: string[] = [];
  readonly #pages = new Map<string, SitePage>();
  readonly #server: Server;
  readonly #demo: string;

  readonly #stage: Stage;

  private constructor(
    stage: Stage,
    readonly browser: Browser,
  ) {
    this.#stage = stage;
    this.#demo = stage.url;
    this.#server = createServer((request, response) => {
      // Whoever asked has gone meanwhile.
      this.#handle(request, response).catch(() => response.destroy());
    });
  }

  /** With the demo behind it, and a browser to visit it. */
  static async open(): Promise<Site> {
    const stage = await Stage.open();
    const site = new Site(stage, await stage.browser());
    await new Promise<void>((resolve) => site.#server.listen(0, '0.0.0.0', resolve));
    return site;
  }

  /** @param host another name of this machine is another origin */
  url(path = '/', host = 'localhost'): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://${host}:${port}${path}`;
  }

  /** Puts a page at `path`; by default one with the element and its script. */
  page(path: string, page: SitePage = {}): string {
    this.#pages.set(path, page);
    return this.url(path);
  }

  /** The token host gives these answers, the last one from then on. */
  answers(...answers: HostAnswer[]): void {
    this.asked = 0;
    this.answer = (response, request, count) =>
      (answers[count - 1] ?? answers.at(-1))?.(response, request, count);
  }

  /** What a good host answers, as a page of the demo would get it. */
  async secret(search = '', body = '{}'): Promise<{ value: string; calls_url: string }> {
    const { origin } = new URL(this.#demo);
    const headers = { 'content-type': 'application/json', origin };
    const asking = request(`${this.#demo}token${search}`, { method: 'POST', headers });
    const answered = once(asking, 'response') as Promise<[IncomingMessage]>;
    asking.end(body);
    return JSON.parse(await textOf((await answered)[0])) as { value: string; calls_url: string };
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    await this.#stage.close();
  }

  async #handle(asked: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, search } = new URL(asked.url ?? '/', 'http://site.test');
    if (pathname === '/token' && asked.method === 'POST') {
      if (this.answer(response, asked, ++this.asked) === false) {
        await this.#passOn(search, asked, response);
      }
      return;
    }
    const page = this.#pages.get(pathname);
    if (page) {
      const { body = ELEMENT, head = SCRIPT, headers } = page;
      response.writeHead(200, { 'content-type': 'text/html;charset=utf-8', ...headers });
      response.end(
        `<!doctype html><html lang="en"><head>${head}</head><body>${body}</body></html>`,
      );
      return;
    }
    if (pathname.startsWith('/dist/')) {
      for (const [name, value] of Object.entries(this.scriptHeaders))
        response.setHeader(name, value);
      asked.url = pathname.slice('/dist'.length);
      dist(asked, response, () => {
        response.writeHead(404).end();
      });
      return;
    }
    this.unknown.push(pathname);
    response.writeHead(pathname === '/favicon.ico' ? 204 : 404).end();
  }

  async #passOn(search: string, asked: IncomingMessage, response: ServerResponse): Promise<void> {
    const answer = await this.secret(search, await textOf(asked));
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }
}

/** An answer of a token host. */
export function says(
  status: number,
  body: string | object = '',
  headers: Readonly<Record<string, string>> = {},
): HostAnswer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
    return undefined;
  };
}

/** A good answer. */
export const helps: HostAnswer = () => false;

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += String(chunk);
  return text;
}
