/**
 * Loads the code for tools where there are any: those of the page, those that it declares or registers
 * with the browser, or those that the service calls. What a tool is it does not know.
 */
import type { Call } from '../core/call.js';
import { partMissing } from './part-missing.js';
import type { PageTools, ToolProperties } from './page-tools.js';

/** Tools of remote servers, and agents that hand over, as a session names them. */
const NEEDS_TOOLS = /"type":"mcp"|"name":"transfer_to_/;

export interface LazyTools {
  /** There once there were any. */
  readonly loaded: PageTools | undefined;
  /** Gives the agent the page's present tools, also in a call. */
  offer(): Promise<void>;
  /** The page has others, now. */
  change(): void;
}

export function lazyTools(call: Call, page: HTMLElement & ToolProperties): LazyTools {
  let opening: Promise<PageTools> | undefined;
  let loaded: PageTools | undefined;

  const open = () =>
    (opening ??= import('./tools-part.js').then(
      ({ PageTools }) => (loaded = new PageTools(call, page)),
      (error: unknown) => {
        opening = undefined;
        throw error;
      },
    ));
  const offer = async () => {
    const { tools = [], webmcp = false } = page;
    const declared = page.querySelector(':scope > script[slot=tools]');
    if (tools.length > 0 || webmcp || declared || opening) (await open()).offer();
  };
  const change = () => {
    offer().catch((cause: unknown) => {
      partMissing(call, cause);
    });
  };
  const watch = new MutationObserver(change);

  call.addEventListener('voice-state-change', ({ detail: { state, previous } }) => {
    if (state.status === previous.status) return;
    if (state.status === 'ended') watch.disconnect();
    if (state.status !== 'connecting') return;
    watch.observe(page, { childList: true, characterData: true, subtree: true });
    change();
  });
  call.addEventListener('voice-server-event', ({ detail }) => {
    const { attempt } = call;
    // Without somebody who asks the visitor, a remote tool would wait for ever.
    if (NEEDS_TOOLS.test(JSON.stringify((detail as { session?: unknown }).session))) {
      void open();
      change();
    }
    // The service waits for no code: what it says until then is told as soon as the code is there.
    if (!loaded)
      opening?.then(
        (tools) => tools.observe(detail, attempt),
        () => undefined,
      );
  });
  return {
    get loaded() {
      return loaded;
    },
    offer,
    change,
  };
}
