// One measured drawing: a fresh page draws speech for some seconds, and the browser's trace says how
// much processor time its main thread has used. It knows no statistics.
import { setTimeout as pause } from 'node:timers/promises';
import type { Browser } from 'puppeteer-core';
import type {} from './page/draw.js';

/**
 * `nothing` plays the sound and draws it not: what a page costs anyway. `frames alone` asks for one frame
 * after the other and does nothing in it.
 */
export const CONTESTANTS = [
  'bars',
  'wave',
  'orb',
  'wavesurfer.js',
  'audiomotion-analyzer',
  'frames alone',
  'nothing',
] as const;

export type Contestant = (typeof CONTESTANTS)[number];

export interface DrawRun {
  readonly contestant: Contestant;
  readonly seconds: number;
  /** Frames that the main thread has made. */
  readonly frames: number;
  /** Processor time in ms: of the page's script, and of the main thread in all. */
  readonly script: number;
  readonly main: number;
}

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  /** Processor time in µs. */
  readonly tdur?: number;
  readonly args: { readonly name?: string };
}

const SETTLE_MS = 700;
const CATEGORIES = [
  'toplevel',
  'devtools.timeline',
  'disabled-by-default-devtools.timeline',
  'v8.execute',
];
/** What the browser runs a page's script in. */
const SCRIPT = new Set([
  'FireAnimationFrame',
  'TimerFire',
  'FunctionCall',
  'RunMicrotasks',
  'EventDispatch',
]);

export async function drawOnce(
  browser: Browser,
  url: string,
  contestant: Contestant,
  sound: string,
  seconds: number,
): Promise<DrawRun> {
  const context = await browser.createBrowserContext();
  try {
    const page = await context.newPage();
    await page.setViewport({ width: 800, height: 600, deviceScaleFactor: 2 });
    await page.goto(url, { waitUntil: 'load' });
    await page.evaluate((who, what) => window.draw(who, what), contestant, sound);
    await pause(SETTLE_MS);
    await page.tracing.start({ categories: CATEGORIES });
    await pause(seconds * 1_000);
    const trace = Buffer.from((await page.tracing.stop()) ?? []).toString();
    const { traceEvents } = JSON.parse(trace) as { traceEvents: TraceEvent[] };
    return { contestant, seconds, ...costs(traceEvents) };
  } catch (error) {
    throw new Error(`${contestant} did not draw`, { cause: error });
  } finally {
    await context.close();
  }
}

function costs(events: readonly TraceEvent[]): Pick<DrawRun, 'frames' | 'script' | 'main'> {
  const isMain = ({ name, args }: TraceEvent) =>
    name === 'thread_name' && args.name === 'CrRendererMain';
  const threads = events.filter(isMain).map(({ pid, tid }) => {
    const own = events.filter((event) => event.pid === pid && event.tid === tid);
    const tasks = own.filter(({ name }) => name === 'ThreadControllerImpl::RunTask');
    const frames = own.filter(({ name }) => name === 'Commit').length;
    const script = outermost(own.filter(({ name }) => SCRIPT.has(name)));
    return { frames, script: time(script), main: time(outermost(tasks)) };
  });
  // Another one is the browser's spare process, which draws nothing, though it may be busy starting.
  const own = threads.sort((a, b) => b.frames - a.frames || b.main - a.main)[0];
  if (!own) throw new Error('The trace has no main thread.');
  return own;
}

/** Those that are not inside another one. */
function outermost(events: readonly TraceEvent[]): TraceEvent[] {
  let end = 0;
  return events
    .filter(({ ph, dur }) => ph === 'X' && dur !== undefined)
    .sort((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0))
    .filter(({ ts, dur = 0 }) => {
      if (ts < end) return false;
      end = ts + dur;
      return true;
    });
}

function time(events: readonly TraceEvent[]): number {
  return events.reduce((sum, { tdur = 0 }) => sum + tdur, 0) / 1_000;
}
