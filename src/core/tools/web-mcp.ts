/**
 * Makes tools of what the page has registered with the browser by WebMCP, so that it need not say it
 * twice. Where the browser has no WebMCP nothing happens. It knows no call.
 *
 * Written for the draft of autumn 2026 (webmachinelearning.github.io/webmcp) and tried with Chromium
 * 156, which shows `document.modelContext` with `--enable-features=WebMCP` and no longer has
 * `navigator.modelContext`: `getTools()` gives those of this document and of frames of its origin,
 * `executeTool()` takes an object and resolves with a string, and `toolchange` tells of changes. Where
 * an older browser lacks one of the two methods, nothing happens either.
 */
import type { PageTool } from './page-tool.js';

/** What is used of the browser's `ModelContext`. */
export interface ModelContext extends EventTarget {
  getTools(): Promise<readonly RegisteredTool[]>;
  /** Resolves with null when the tool has led to another page. */
  executeTool(
    tool: RegisteredTool,
    input: object,
    options: { readonly signal: AbortSignal },
  ): Promise<string | null>;
}

export interface RegisteredTool {
  /** 1 to 128 of the characters `a-z A-Z 0-9 _ - .`, which are more than the Realtime API takes. */
  readonly name: string;
  readonly description: string;
  readonly inputSchema?: object | undefined;
  readonly annotations?:
    { readonly consequentialHint?: boolean; readonly debugging?: boolean } | undefined;
}

/**
 * Follows the tools of the page until `signal` aborts.
 * @param onTools gets all of them, now and at each change
 */
export function followWebMcp(
  onTools: (tools: readonly PageTool[]) => void,
  signal: AbortSignal,
  context = modelContext(),
): void {
  if (!context) return;
  let looks = 0;
  const look = async () => {
    const mine = ++looks;
    // A document that may not use it, by its permissions policy, has no tools.
    const tools = await context.getTools().catch(() => []);
    // A later look knows better, whichever is done first.
    if (mine === looks && !signal.aborted)
      onTools(tools.flatMap((tool) => asPageTool(context, tool)));
  };
  context.addEventListener('toolchange', () => void look(), { signal });
  void look();
}

function asPageTool(context: ModelContext, tool: RegisteredTool): PageTool | [] {
  const { name, description, inputSchema, annotations } = tool;
  // For people who look for a fault in the page, not for its visitors.
  if (annotations?.debugging) return [];
  return {
    name: name.replaceAll('.', '_').slice(0, 64),
    description,
    parameters: inputSchema as PageTool['parameters'],
    // It says of itself that it does what cannot be taken back.
    confirm: annotations?.consequentialHint ?? false,
    execute: async (args, { signal }) => {
      const output = await context.executeTool(tool, args, { signal });
      // Chromium spells out what a tool without a result gives.
      return output === null || output === 'undefined' ? undefined : output;
    },
  };
}

function modelContext(): ModelContext | undefined {
  const { document, navigator } = globalThis as Partial<
    Record<'document' | 'navigator', { readonly modelContext?: unknown }>
  >;
  return [document?.modelContext, navigator?.modelContext].find(isModelContext);
}

function isModelContext(value: unknown): value is ModelContext {
  return value instanceof EventTarget && 'getTools' in value && 'executeTool' in value;
}
