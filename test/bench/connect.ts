// `npm run bench:connect`: from the click until the visitor can speak, this element beside OpenAI's
// two browser clients, against the same servers. `--runs 3` for a quick look; `--write` puts the
// tables into docs/benchmarks.md.
import { parseArgs } from 'node:util';
import { openBenchSite } from './bench-site.js';
import { launchBenchBrowser } from './chromium.js';
import { connectReport, type ConnectRun } from './connect-report.js';
import { CONTESTANTS, connectOnce, type Contestant } from './connect-run.js';
import { circumstances, writeReport } from './report.js';
import { seededRandom, shuffled } from './statistics.js';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '30' },
    delays: { type: 'string', default: '0,100' },
    only: { type: 'string', default: '' },
    // Connections of each contestant before the first that counts.
    'warm-ups': { type: 'string', default: '2' },
    write: { type: 'boolean', default: false },
    raw: { type: 'boolean', default: false },
  },
});
const runs = Number(values.runs);
const delays = values.delays.split(',').map(Number);
const contestants = (Object.keys(CONTESTANTS) as Contestant[]).filter((name) =>
  name.includes(values.only),
);
if (!Number.isInteger(runs) || runs < 1 || delays.some((ms) => !Number.isInteger(ms) || ms < 0)) {
  throw new Error('--runs is a count, --delays is milliseconds such as 0,100');
}

const site = await openBenchSite();
const browser = await launchBenchBrowser();
try {
  const random = seededRandom(20_261_123);
  const measured: ConnectRun[] = [];
  for (let round = -Number(values['warm-ups']); round < runs; round++) {
    const pairs = delays.flatMap((delayMs) =>
      contestants.map((contestant) => ({ contestant, delayMs })),
    );
    for (const { contestant, delayMs } of shuffled(pairs, random)) {
      const timeline = await connectOnce(browser, site, contestant, delayMs);
      if (round >= 0) measured.push({ contestant, delayMs, timeline });
    }
    if (round >= 0) process.stderr.write(`\rround ${round + 1} of ${runs} `);
  }
  process.stderr.write('\n');
  if (values.raw) console.log(JSON.stringify(measured));
  const lines = [
    `${runs} runs of each, ${await circumstances(browser)}`,
    ...connectReport(measured, delays),
  ];
  console.log(lines.join('\n'));
  if (values.write) await writeReport('connect', lines);
} finally {
  await browser.close();
  await site.close();
}
