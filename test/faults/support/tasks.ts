// How long the tasks of a page keep a processor, from a trace of the browser. Not by the clock: where
// other programs have the processors, any task takes as long as they like. It knows no call.
import type { Page } from 'puppeteer-core';

/** Of Chromium's trace events; times in µs. */
interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  readonly tdur?: number;
}

/** From then on, until `longestTask`. The page marks (`performance.mark`) what counts. */
export async function traceTasks(page: Page): Promise<void> {
  await page.tracing.start({ categories: ['toplevel', 'blink.user_timing'] });
}

/** The longest task, in ms of a processor, of the page's own thread from one mark to another. */
export async function longestTask(page: Page, from: string, to: string): Promise<number> {
  const trace = new TextDecoder().decode(await page.tracing.stop());
  const { traceEvents } = JSON.parse(trace) as { traceEvents: TraceEvent[] };
  const marked = (mark: string): TraceEvent => {
    const found = traceEvents.find(({ name }) => name === mark);
    if (!found) throw new Error(`The trace has no "${mark}".`);
    return found;
  };
  const [{ pid, tid, ts: began }, { ts: ended }] = [marked(from), marked(to)];
  const tasks = traceEvents.filter(
    (one) =>
      one.pid === pid &&
      one.tid === tid &&
      one.name.endsWith('RunTask') &&
      one.ts < ended &&
      one.ts + (one.dur ?? 0) > began,
  );
  if (tasks.length < 100) throw new Error(`The trace has ${tasks.length} tasks only.`);
  return Math.max(...tasks.map(({ tdur = 0 }) => tdur)) / 1_000;
}
