// `npm run bench:transcript`: whether a conversation of ten thousand turns stays as smooth as one of a
// hundred while an answer streams in. `--seconds 1 --rounds 1` for a quick look; `--write` puts the
// table into docs/benchmarks.md.
import { openBenchSite } from './bench-site.js';
import { launchBenchBrowser } from './chromium.js';
import type { Streamed } from './page/transcript.js';
import { circumstances, writeReport } from './report.js';
import { roundsFromArguments } from './rounds.js';
import { median, quantile, table } from './statistics.js';

const TURNS = [100, 1_000, 10_000];

const { rounds, seconds, write, raw } = roundsFromArguments({ rounds: 3, seconds: 8 });

const site = await openBenchSite();
const browser = await launchBenchBrowser();
try {
  const measured: (Streamed & { turns: number })[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const turns of TURNS) {
      const page = await browser.newPage();
      await page.goto(site.url('transcript'));
      const streamed = await page.evaluate((...args) => window.stream(...args), turns, seconds);
      measured.push({ turns, ...streamed });
      await page.close();
    }
  }
  if (raw) console.log(JSON.stringify(measured));
  const lines = [
    `${rounds} runs of ${seconds} s each, ${await circumstances(browser)}`,
    '',
    report(measured),
  ];
  console.log(lines.join('\n'));
  if (write) await writeReport('transcript', lines);
} finally {
  await browser.close();
  await site.close();
}

function report(runs: readonly (Streamed & { turns: number })[]): string {
  const of = (turns: number, name: keyof Streamed): number[] =>
    runs.filter((run) => run.turns === turns).flatMap((run) => run[name]);
  const least = median(of(TURNS[0] ?? 0, 'events'));
  return table([
    [
      'turns',
      'frame, median, ms',
      '95 %',
      'longest',
      'tasks over 50 ms',
      'script an event, ms',
      '÷ 100 turns',
    ],
    ...TURNS.map((turns) => {
      const [frames, events] = [of(turns, 'frames'), of(turns, 'events')];
      return [
        turns.toLocaleString('en'),
        median(frames).toFixed(1),
        quantile(frames, 0.95).toFixed(1),
        Math.max(...frames).toFixed(1),
        String(of(turns, 'longTasks').length),
        median(events).toFixed(3),
        (median(events) / least).toFixed(2),
      ];
    }),
  ]);
}
