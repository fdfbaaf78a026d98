// `npm run bench:draw`: what it costs to draw a call's voices, beside two libraries that draw the same
// sound. `--rounds 1 --seconds 2` for a quick look; `--write` puts the tables into docs/benchmarks.md.
import { formatWav } from '../../src/local/audio/wav.js';
import { scriptSpeech } from '../support/speech.js';
import { openBenchSite } from './bench-site.js';
import { launchBenchBrowser } from './chromium.js';
import { drawReport } from './draw-report.js';
import { CONTESTANTS, drawOnce, type DrawRun } from './draw-run.js';
import { circumstances, writeReport } from './report.js';
import { roundsFromArguments } from './rounds.js';
import { seededRandom, shuffled } from './statistics.js';

const { rounds, seconds, write, raw } = roundsFromArguments({ rounds: 5, seconds: 8 });

const speech = scriptSpeech(['how do I care for an orchid and how long does delivery take', 100]);
const sound = `data:audio/wav;base64,${Buffer.from(formatWav(speech)).toString('base64')}`;
const site = await openBenchSite();
const browser = await launchBenchBrowser();
try {
  const random = seededRandom(20_261_124);
  const measured: DrawRun[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const contestant of shuffled(CONTESTANTS, random)) {
      measured.push(await drawOnce(browser, site.url('draw'), contestant, sound, seconds));
    }
    process.stderr.write(`\rround ${round + 1} of ${rounds} `);
  }
  process.stderr.write('\n');
  if (raw) console.log(JSON.stringify(measured));
  const lines = [
    `${rounds} runs of ${seconds} s each, ${await circumstances(browser)}`,
    ...drawReport(measured),
  ];
  console.log(lines.join('\n'));
  if (write) await writeReport('draw', lines);
} finally {
  await browser.close();
  await site.close();
}
