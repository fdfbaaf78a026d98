// What a screen reader says of the element by itself: changes in live regions, read from Chromium's
// accessibility tree. It stands for no product: it waits for a region to settle, as they do, and says
// the whole of an atomic region and what is new in a log. It knows nothing of what the element means.
import type { CDPSession, Page, Protocol } from 'puppeteer-core';

type Node = Protocol.Accessibility.AXNode;

/** How soon after a change a region is read, in ms: what is gone by then is not said. */
const SETTLED_MS = 150;

export class ScreenReader {
  /** `polite: …` and `assertive: …`, in order. */
  readonly spoken: string[] = [];
  readonly #session: CDPSession;
  /** What each region last held, by its node. */
  readonly #regions = new Map<number, string>();
  #reading: Promise<void> = Promise.resolve();
  /** Changes that have not been read yet. */
  #unread = 0;

  private constructor(session: CDPSession) {
    this.#session = session;
  }

  /** Reads the page from now on; what is there already is not said. */
  static async open(page: Page): Promise<ScreenReader> {
    const session = await page.createCDPSession();
    await session.send('Accessibility.enable');
    const reader = new ScreenReader(session);
    await page.exposeFunction('readerChanged', () => {
      reader.#changed();
    });
    await reader.#read(false);
    await page.$eval(
      'voice-agent',
      (element, settled) => {
        let timer = 0;
        const tell = (): void => {
          timer = 0;
          (globalThis as unknown as { readerChanged(): void }).readerChanged();
        };
        const all = { subtree: true, childList: true, characterData: true, attributes: true };
        new MutationObserver(() => {
          timer ||= setTimeout(tell, settled) as unknown as number;
        }).observe(element.shadowRoot as ShadowRoot, all);
      },
      SETTLED_MS,
    );
    return reader;
  }

  /** Resolves when all that has changed so far has been read. */
  async settled(page: Page): Promise<void> {
    await page.evaluate((ms) => new Promise((resolve) => setTimeout(resolve, ms)), SETTLED_MS + 50);
    while (this.#unread > 0) await this.#reading;
  }

  #changed(): void {
    this.#unread++;
    this.#reading = this.#reading.then(() => this.#read(true)).finally(() => this.#unread--);
  }

  async #read(aloud: boolean): Promise<void> {
    const { nodes } = await this.#session.send('Accessibility.getFullAXTree');
    const byId = new Map(nodes.map((node) => [node.nodeId, node]));
    for (const node of nodes) {
      const live = property(node, 'live');
      // Nodes within a region have its properties, and name it as their root.
      if (node.ignored || (live !== 'polite' && live !== 'assertive') || !isRegion(node)) continue;
      if (!isWithin(node, byId)) continue;
      const key = node.backendDOMNodeId ?? 0;
      const before = this.#regions.get(key) ?? '';
      const now = textOf(node, byId);
      this.#regions.set(key, now);
      if (!aloud || now === before) continue;
      const isLog = node.role?.value === 'log';
      const news = isLog && now.startsWith(before) ? now.slice(before.length).trim() : now;
      if (news) this.spoken.push(`${live}: ${news}`);
    }
  }
}

const REGIONS: readonly unknown[] = ['status', 'alert', 'log'];

const isRegion = (node: Node): boolean => REGIONS.includes(node.role?.value);

const property = (node: Node, name: string): unknown =>
  node.properties?.find((one) => (one.name as string) === name)?.value.value;

/** Of the element, and not of the page around it. */
function isWithin(node: Node, byId: ReadonlyMap<string, Node>): boolean {
  for (let at = byId.get(node.parentId ?? ''); at; at = byId.get(at.parentId ?? '')) {
    if (at.role?.value === 'region' && at.name?.value === 'Voice assistant') return true;
  }
  return false;
}

function textOf(node: Node, byId: ReadonlyMap<string, Node>): string {
  const words = (node.childIds ?? []).flatMap((id) => {
    const child = byId.get(id);
    if (!child) return [];
    return child.role?.value === 'StaticText' ? [String(child.name?.value)] : textOf(child, byId);
  });
  return words.join(' ').replace(/\s+/g, ' ').trim();
}
