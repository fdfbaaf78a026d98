// What the measured connections say: medians, ratios, and how much of a connection is waiting that
// nothing can avoid. It measures nothing.
import type { Contestant } from './connect-run.js';
import type { Timeline } from './page/timeline.js';
import { median, quantile, table } from './statistics.js';

export interface ConnectRun {
  readonly contestant: Contestant;
  readonly delayMs: number;
  readonly timeline: Timeline & { readonly click: number; readonly live: number };
}

const NAMES: Readonly<Record<Contestant, string>> = {
  'element, cold': '`<voice-agent>`, cold click',
  'element, warm': '`<voice-agent>`, pointer over first',
  agents: '`@openai/agents-realtime`',
  openai: '`openai/realtime/webrtc`',
};

const ms = (value: number): string => (Number.isNaN(value) ? '–' : value.toFixed(0));
const ratio = (value: number): string => (Number.isNaN(value) ? '–' : value.toFixed(2));

export function connectReport(runs: readonly ConnectRun[], delays: readonly number[]): string[] {
  return delays.flatMap((delayMs) => {
    const group = new Map<Contestant, ConnectRun['timeline'][]>();
    for (const { contestant, timeline, delayMs: delay } of runs) {
      if (delay === delayMs) group.set(contestant, [...(group.get(contestant) ?? []), timeline]);
    }
    return [
      '',
      `### ${delayMs} ms added to the token and to the answer`,
      '',
      'Click to live, ms:',
      '',
      totals(group),
      '',
      'Median length of each step, ms:',
      '',
      steps(group),
      '',
      'The critical path of the element, ms:',
      '',
      paths(group),
    ];
  });
}

type Group = ReadonlyMap<Contestant, readonly ConnectRun['timeline'][]>;

const total = ({ click, live }: ConnectRun['timeline']): number => live - click;

function totals(group: Group): string {
  const medianOf = (name: Contestant): number => median((group.get(name) ?? []).map(total));
  const rows = [...group].map(([name, timelines]) => {
    const values = timelines.map(total);
    return [
      NAMES[name],
      ms(median(values)),
      `${ms(quantile(values, 0.25))} to ${ms(quantile(values, 0.75))}`,
      `${ms(Math.min(...values))} to ${ms(Math.max(...values))}`,
      ratio(median(values) / medianOf('agents')),
      ratio(median(values) / medianOf('openai')),
    ];
  });
  const peers = [`÷ ${NAMES.agents}`, `÷ ${NAMES.openai}`];
  return table([['', 'median', 'quartiles', 'range', ...peers], ...rows.toSorted(byName)]);
}

const byName = ([a = '']: string[], [b = '']: string[]): number => {
  const order = Object.values(NAMES);
  return order.indexOf(a) - order.indexOf(b);
};

/** Name of a step, and the two moments between which it lies. */
const STEPS: readonly (readonly [string, keyof Timeline, keyof Timeline])[] = [
  ['microphone', 'microphoneAsked', 'microphone'],
  ['click → token asked', 'click', 'tokenAsked'],
  ['token', 'tokenAsked', 'token'],
  ['→ offer sent', 'token', 'offerSent'],
  ['answer', 'offerSent', 'answer'],
  ['→ ICE', 'answer', 'ice'],
  ['→ DTLS', 'ice', 'dtls'],
  ['→ channel', 'dtls', 'channel'],
  ['→ live', 'channel', 'live'],
];

function between(timeline: Timeline, from: keyof Timeline, to: keyof Timeline): number {
  return Number(timeline[to] ?? Number.NaN) - Number(timeline[from] ?? Number.NaN);
}

function steps(group: Group): string {
  const rows = [...group].map(([name, timelines]) => [
    NAMES[name],
    ...STEPS.map(([, from, to]) => ms(median(timelines.map((one) => between(one, from, to))))),
  ]);
  return table([['', ...STEPS.map(([name]) => name)], ...rows.toSorted(byName)]);
}

/**
 * What must follow each other, each as long as it took: the token, the answer to the offer, then ICE,
 * DTLS and channel, then the first event. The microphone opens meanwhile and counts only where it
 * takes longer than all of them. A token that was there before the click takes no time.
 */
function criticalPath(timeline: ConnectRun['timeline']): readonly number[] {
  const { click, tokenAsked = click, token = click } = timeline;
  const steps = [
    Math.max(0, token - Math.max(click, tokenAsked)),
    between(timeline, 'offerSent', 'answer'),
    between(timeline, 'answer', 'channel'),
    Math.max(0, between(timeline, 'channel', 'session')),
  ];
  const sum = steps.reduce((total, step) => total + step, 0);
  return [...steps, Math.max(sum, between(timeline, 'microphoneAsked', 'microphone'))];
}

function paths(group: Group): string {
  const rows = (['element, cold', 'element, warm'] as const)
    .filter((name) => group.has(name))
    .map((name) => {
      const timelines = group.get(name) ?? [];
      const parts = timelines.map(criticalPath);
      const sums = parts.map((part) => part[4] as number);
      const column = (at: number): string => ms(median(parts.map((part) => part[at] as number)));
      return [
        NAMES[name],
        ...[0, 1, 2, 3].map(column),
        ms(median(sums)),
        ms(median(timelines.map(total))),
        ratio(median(timelines.map(total)) / median(sums)),
      ];
    });
  const names = ['token', 'answer', 'ICE, DTLS, channel', 'session'];
  return table([['', ...names, 'path', 'click to live', 'ratio'], ...rows]);
}
