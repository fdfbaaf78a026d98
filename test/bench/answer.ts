// `npm run bench:answer`: from the visitor's last sound to the agent's first one in the page, with this
// element and with nothing but the browser's own interfaces, against the same service. `--calls 1`
// for a quick look; `--write` puts the table into docs/benchmarks.md.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { answerReport } from './answer-report.js';
import { hearAnswers, QUESTIONS, SILENCE_MS, type Caller } from './answer-run.js';
import { openBenchSite } from './bench-site.js';
import { launchBenchBrowser } from './chromium.js';
import { circumstances, writeReport } from './report.js';
import { seededRandom, shuffled } from './statistics.js';
import { scriptSpeech, writeWav } from '../support/speech.js';

const { values } = parseArgs({
  options: {
    calls: { type: 'string', default: '6' },
    questions: { type: 'string', default: String(QUESTIONS.length) },
    write: { type: 'boolean', default: false },
    raw: { type: 'boolean', default: false },
  },
});
const calls = Number(values.calls);
const questions = QUESTIONS.slice(0, Number(values.questions));
if (!Number.isInteger(calls) || calls < 1 || questions.length === 0) {
  throw new Error('--calls and --questions are counts');
}

const folder = await mkdtemp(join(tmpdir(), 'voice-agent-bench-'));
const microphone = join(folder, 'visitor.wav');
// Time to connect and to listen, then each question and time for its answer.
const script = questions.flatMap((question) => [question, 6_000]);
const { samples, sampleRate } = scriptSpeech([SILENCE_MS, ...script, 60_000], 'awb');
writeWav(microphone, samples, sampleRate);

const site = await openBenchSite();
const browser = await launchBenchBrowser(microphone);
try {
  const random = seededRandom(20_261_123);
  const measured: Record<Caller, number[][]> = { element: [], bare: [] };
  for (let call = 1; call <= calls; call++) {
    for (const caller of shuffled(['element', 'bare'] as const, random)) {
      measured[caller].push(await hearAnswers(browser, site, caller, questions.length));
    }
    process.stderr.write(`\rcall ${call} of ${calls} `);
  }
  process.stderr.write('\n');
  if (values.raw) console.log(JSON.stringify(measured));
  const lines = [
    `${calls} calls with ${questions.length} answers each, ${await circumstances(browser)}`,
    ...answerReport(measured),
  ];
  console.log(lines.join('\n'));
  if (values.write) await writeReport('answer', lines);
} finally {
  await browser.close();
  await site.close();
  await rm(folder, { recursive: true, force: true });
}
