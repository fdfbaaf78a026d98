/** What the page has registered with the browser becomes tools of the agent. */
import { describe, expect, it } from 'vitest';
import { followWebMcp, type RegisteredTool } from '../../../src/core/tools/web-mcp.js';
import type { PageTool } from '../../../src/core/tools/page-tool.js';
import { attachTools } from '../../../src/core/tools/attach-tools.js';
import { FakeCall, functionCall, responseDone } from './fake-call.js';

const idle = () => new Promise((resolve) => setTimeout(resolve));

/** A browser's `ModelContext`, as far as Chromium 156 and the draft agree on it. */
class StandIn extends EventTarget {
  tools: RegisteredTool[] = [];
  /** What was run, with what. */
  readonly runs: [name: string, input: object, signal: AbortSignal][] = [];
  result: string | null = '{"ok":true}';

  getTools(): Promise<readonly RegisteredTool[]> {
    return Promise.resolve([...this.tools]);
  }

  executeTool({ name }: RegisteredTool, input: object, { signal }: { signal: AbortSignal }) {
    this.runs.push([name, input, signal]);
    return Promise.resolve(this.result);
  }

  register(...tools: RegisteredTool[]): void {
    this.tools.push(...tools);
    this.dispatchEvent(new Event('toolchange'));
  }
}

describe('the tools of a browser', () => {
  it('are nobody’s concern where there is none', async () => {
    const seen: unknown[] = [];
    followWebMcp((tools) => seen.push(tools), new AbortController().signal);
    await idle();
    expect(seen).toEqual([]);
  });

  it('can be called by the agent, and come and go with the page', async () => {
    const browser = new StandIn();
    browser.tools = [{ name: 'todo.add', description: 'Adds.', inputSchema: { type: 'object' } }];
    const call = new FakeCall();
    const attached = attachTools(call, []);
    const following = new AbortController();
    followWebMcp((tools) => attached.set([], tools), following.signal, browser);
    call.begin();
    expect(await call.nextSent()).toMatchObject({
      session: { tools: [{ name: 'todo_add', description: 'Adds.' }] },
    });
    call.receive(responseDone([functionCall('call_1', 'todo_add', { text: 'Milk' })]));
    expect(await call.answers()).toEqual(['call_1: {"ok":true}']);
    expect(browser.runs[0]?.slice(0, 2)).toEqual(['todo.add', { text: 'Milk' }]);
    browser.register({ name: 'b', description: 'B' });
    expect(await call.nextSent()).toMatchObject({
      session: { tools: [{ name: 'todo_add' }, { name: 'b' }] },
    });
    following.abort();
    browser.register({ name: 'c', description: 'C' });
    await idle();
    expect(call.sent()).toEqual([]);
  });

  async function toolsOf(browser: StandIn): Promise<readonly PageTool[]> {
    const seen: (readonly PageTool[])[] = [];
    followWebMcp((tools) => seen.push(tools), new AbortController().signal, browser);
    await idle();
    return seen.at(-1) ?? [];
  }

  it('ask the visitor where they say that they matter, and are not those for developers', async () => {
    const browser = new StandIn();
    browser.tools = [
      { name: 'pay', description: 'Pays.', annotations: { consequentialHint: true } },
      { name: 'look', description: 'Looks.', annotations: { consequentialHint: false } },
      { name: 'dump', description: 'Dumps.', annotations: { debugging: true } },
    ];
    const tools = await toolsOf(browser);
    expect(tools.map(({ name, confirm }) => [name, confirm])).toEqual([
      ['pay', true],
      ['look', false],
    ]);
  });

  it.each([
    [null, undefined],
    ['undefined', undefined],
    ['plain', 'plain'],
  ])('that give %s', async (result, output) => {
    const browser = new StandIn();
    browser.tools = [{ name: 'a', description: 'A' }];
    browser.result = result;
    const [tool] = await toolsOf(browser);
    const context = {
      signal: new AbortController().signal,
      callId: 'call_1',
      endCall: () => undefined,
    };
    expect(await tool?.execute?.({}, context)).toBe(output);
  });

  it('are none where the page may not use them', async () => {
    const browser = new StandIn();
    browser.getTools = () => Promise.reject(new DOMException('No.', 'NotAllowedError'));
    expect(await toolsOf(browser)).toEqual([]);
  });

  it('are those of the latest look, whichever comes first', async () => {
    const browser = new StandIn();
    const first = Promise.withResolvers<readonly RegisteredTool[]>();
    const answers = [first.promise, Promise.resolve([{ name: 'new', description: 'New' }])];
    browser.getTools = () => answers.shift()!;
    const seen: (readonly PageTool[])[] = [];
    followWebMcp((tools) => seen.push(tools), new AbortController().signal, browser);
    browser.register();
    await idle();
    first.resolve([{ name: 'old', description: 'Old' }]);
    await idle();
    expect(seen.map((tools) => tools.map(({ name }) => name))).toEqual([['new']]);
  });
});
