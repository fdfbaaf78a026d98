/**
 * Reads the tools that a page declares as data, in `<script type="application/json" slot="tools">`
 * within the element; a listener of `voice-tool-call` answers for them. What is wrong with one says so
 * and leaves the others as they are, as it does with those of the element's property. It offers nothing.
 */
import { usableTools, type PageTool } from '../core/tools/page-tool.js';

/** What can be said in JSON of a tool; `type` as the Realtime API writes it. */
const KNOWN = ['type', 'name', 'description', 'parameters', 'confirm', 'timeout'];

const WHERE = '<script type="application/json" slot="tools">';

interface Declared {
  readonly tools: readonly PageTool[];
  /** In words for the page's developer. */
  readonly problems: readonly string[];
}

export function declaredTools(scripts: Iterable<HTMLScriptElement>): Declared {
  const problems: string[] = [];
  const report = (problem: string) => void problems.push(`${problem} (in ${WHERE})`);
  const known = [...scripts]
    .flatMap((script) => entriesOf(script, report))
    .filter((tool) => {
      const surplus = Object.keys(tool).find((key) => !KNOWN.includes(key));
      if (surplus === undefined) return true;
      const name = JSON.stringify(tool.name);
      report(`The tool ${name} has a "${surplus}"; known are ${KNOWN.join(', ')}.`);
      return false;
    });
  return { tools: offerable(known, report), problems };
}

/**
 * Those of the tools that can be offered together.
 * @param report is told of each of the others
 */
export function offerable(
  tools: readonly PageTool[],
  report: (problem: string, cause?: unknown) => void,
): readonly PageTool[] {
  const named = new Map<string, PageTool>();
  for (const tool of tools) {
    if (usableTools([tool], report).size === 0) continue;
    if (named.has(tool.name)) report(`There are two tools named "${tool.name}".`);
    else named.set(tool.name, tool);
  }
  return [...named.values()];
}

function entriesOf(script: HTMLScriptElement, report: (problem: string) => void): PageTool[] {
  if (script.type !== 'application/json') {
    report(`Tools are declared as application/json, not as "${script.type}".`);
    return [];
  }
  let value: unknown;
  try {
    value = JSON.parse(script.textContent);
  } catch (error) {
    report(`The tools are not valid JSON: ${(error as Error).message}`);
    return [];
  }
  return (Array.isArray(value) ? (value as unknown[]) : [value]).filter(
    (tool): tool is PageTool => {
      const isObject = typeof tool === 'object' && tool !== null && !Array.isArray(tool);
      if (!isObject) report('A tool is an object with a name.');
      return isObject;
    },
  );
}
