// A browser in a network of its own, joined to a site in another by two links that can be cut, moved and
// filtered. Neither touches a network of this machine. It knows no call.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'puppeteer-core';
import { launchChromium } from '../../support/browsers.js';
import { writeWav } from '../../support/speech.js';
import { run } from '../../support/run.js';

/** Names of namespaces, and of folders, say which process they belong to. */
const NAME = 'voice-agent-test';
const SPACES = '/run/netns';
/** Where the site is, whichever link leads there: of the range that is kept for tests. */
const SITE = '198.18.0.1';
const LINKS = [1, 2] as const;
const START_MS = 30_000;
const FAR_SITE = fileURLToPath(new URL('far-site.mjs', import.meta.url));

export type Link = (typeof LINKS)[number];

let opened = 0;

export class TwoNetworks {
  /** The page with the element. */
  readonly url: string;
  readonly browser: Browser;
  readonly #spaces: Namespaces;
  readonly #site: ChildProcess;

  private constructor(spaces: Namespaces, site: ChildProcess, url: string, browser: Browser) {
    this.#spaces = spaces;
    this.#site = site;
    this.url = url;
    this.browser = browser;
  }

  /** The browser is on the first link, in silence. @throws where this machine allows no networks of one's own */
  static async open(): Promise<TwoNetworks> {
    const spaces = new Namespaces();
    let site: ChildProcess | undefined;
    try {
      await spaces.join();
      site = spawn('ip', ['netns', 'exec', spaces.site, process.execPath, FAR_SITE], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      const port = await portOf(site);
      const browser = await launchChromium({
        microphone: spaces.silence(),
        program: spaces.chromium(),
        // A name that browsers trust without a certificate.
        more: [`--host-resolver-rules=MAP localhost ${SITE}`],
      });
      const networks = new TwoNetworks(spaces, site, `http://localhost:${port}/`, browser);
      await networks.link(1, true);
      return networks;
    } catch (error) {
      site?.kill('SIGKILL');
      spaces.close();
      throw error;
    }
  }

  /** Plugs the browser into a link, which leads to the site, or pulls the plug. */
  async link(link: Link, on: boolean): Promise<void> {
    const { browser } = this.#spaces;
    const device = deviceOf(link);
    await ip('-n', browser, 'link', 'set', device, on ? 'up' : 'down');
    if (!on) return;
    const way = ['default', 'via', `198.18.${link}.1`, 'dev', device];
    await ip('-n', browser, 'route', 'replace', ...way);
  }

  /** A firewall at the browser lets UDP through, or not. */
  async udp(passes: boolean): Promise<void> {
    const rules = passes
      ? 'delete table inet firewall'
      : ['in', 'out']
          .map(
            (way) =>
              `add table inet firewall; add chain inet firewall ${way} ` +
              `{ type filter hook ${way}put priority 0; }; ` +
              `add rule inet firewall ${way} meta l4proto udp drop`,
          )
          .join('; ');
    await ip('netns', 'exec', this.#spaces.browser, 'nft', rules);
  }

  async close(): Promise<void> {
    await this.browser.close();
    this.#site.kill('SIGKILL');
    this.#spaces.close();
  }
}

/** Two networks and the folder with the program that starts a browser in one of them. */
class Namespaces {
  readonly site: string;
  readonly browser: string;
  readonly #folder: string;
  readonly #close = () => {
    this.close();
  };

  constructor() {
    const name = `${NAME}-${process.pid}-${++opened}`;
    this.site = `${name}-site`;
    this.browser = `${name}-browser`;
    this.#folder = mkdtempSync(join(tmpdir(), `${name}-`));
    process.once('exit', this.#close);
  }

  async join(): Promise<void> {
    try {
      removeOrphans();
      for (const name of [this.site, this.browser]) {
        await ip('netns', 'add', name);
        await ip('-n', name, 'link', 'set', 'lo', 'up');
      }
      await ip('-n', this.site, 'addr', 'add', `${SITE}/32`, 'dev', 'lo');
      for (const link of LINKS) {
        const [device, { site, browser }] = [deviceOf(link), this];
        const peer = ['type', 'veth', 'peer', 'name', device, 'netns', browser];
        await ip('link', 'add', device, 'netns', site, ...peer);
        await ip('-n', site, 'addr', 'add', `198.18.${link}.1/24`, 'dev', device);
        await ip('-n', site, 'link', 'set', device, 'up');
        await ip('-n', browser, 'addr', 'add', `198.18.${link}.2/24`, 'dev', device);
      }
    } catch (cause) {
      throw new Error(
        'These tests need network namespaces: run them as root, with a kernel that has veth and nftables.',
        { cause },
      );
    }
  }

  /** A program that is Chromium in the browser's network. */
  chromium(): string {
    const file = join(this.#folder, 'chromium');
    const chrome = process.env['CHROME_PATH'] ?? '';
    writeFileSync(file, `#!/bin/sh\nexec ip netns exec ${this.browser} '${chrome}' "$@"\n`);
    chmodSync(file, 0o755);
    return file;
  }

  /** A microphone that hears nothing. */
  silence(): string {
    const file = join(this.#folder, 'silence.wav');
    writeWav(file, new Int16Array(1_600), 16_000);
    return file;
  }

  /** Without waiting, since a process that ends cannot. */
  close(): void {
    process.off('exit', this.#close);
    rmSync(this.#folder, { recursive: true, force: true });
    for (const name of [this.site, this.browser]) remove(name);
  }
}

const deviceOf = (link: Link): string => `link${link}`;

const ip = (...args: string[]): Promise<string> => run('ip', args, { ms: 10_000 });

function remove(name: string): void {
  try {
    if (namesIn(SPACES).includes(name)) execFileSync('ip', ['netns', 'del', name]);
  } catch (error) {
    // Another run may have been quicker.
    if (namesIn(SPACES).includes(name)) throw error;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** What a run has left behind that was killed. Its processes have ended with it. */
function removeOrphans(): void {
  const orphans = (folder: string) =>
    namesIn(folder).filter((name) => {
      const pid = new RegExp(`^${NAME}-(\\d+)-`).exec(name)?.[1];
      return pid !== undefined && !isAlive(Number(pid));
    });
  for (const name of orphans(SPACES)) remove(name);
  for (const name of orphans(tmpdir()))
    rmSync(join(tmpdir(), name), { recursive: true, force: true });
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // It is somebody else's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function portOf(site: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`The site did not start in ${START_MS} ms.`));
    }, START_MS);
    site.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`The site ended with ${code}. Is it built?`));
    });
    createInterface(site.stdout!).on('line', (line) => {
      const port = /^site (\d+)$/.exec(line)?.[1];
      if (port === undefined) return;
      clearTimeout(timer);
      resolve(port);
    });
  });
}
