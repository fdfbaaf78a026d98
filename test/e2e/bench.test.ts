// The benchmarks run, in their shortest form: every contestant connects and every caller is answered.
// What they measure while tests run beside them means nothing.
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { run } from '../support/run.js';

const TSX = fileURLToPath(new URL('../../node_modules/tsx/dist/cli.mjs', import.meta.url));

/** The measured values of a benchmark: it prints them as JSON on its first line. */
async function measure(name: string, args: readonly string[]): Promise<unknown> {
  const script = fileURLToPath(new URL(`../bench/${name}.ts`, import.meta.url));
  const said = await run(process.execPath, [TSX, script, '--raw', ...args], { ms: 50_000 });
  return JSON.parse(said.split('\n')[0] ?? '');
}

describe('the benchmarks', () => {
  it('measure the way from the click to the live call', async () => {
    const runs = (await measure('connect', [
      ...['--runs', '1'],
      ...['--warm-ups', '0'],
      ...['--delays', '100'],
    ])) as { contestant: string; timeline: Record<string, number> }[];
    expect(runs.map(({ contestant }) => contestant).toSorted()).toEqual([
      'agents',
      'element, cold',
      'element, warm',
      'openai',
    ]);
    for (const { timeline } of runs) {
      const { click, offerSent, answer, ice, dtls, channel, session, live } = timeline;
      const steps = [click, offerSent, answer, ice, dtls, channel, session, live].map(Number);
      for (const step of steps) expect(step).toBeGreaterThan(0);
      // The added delay is in the answer of each.
      expect(Number(answer) - Number(offerSent)).toBeGreaterThanOrEqual(100);
      expect(Number(live)).toBeGreaterThanOrEqual(Number(channel));
    }
  });

  it('measure the way from the last sound of a question to the first of its answer', async () => {
    const answers = (await measure('answer', [
      ...['--calls', '1'],
      ...['--questions', '1'],
    ])) as Record<string, number[][]>;
    for (const caller of ['element', 'bare']) {
      const value = Number(answers[caller]?.[0]?.[0]);
      // The service waits for silence before it answers, and never for ten seconds.
      expect(value).toBeGreaterThan(100);
      expect(value).toBeLessThan(10_000);
    }
  });

  it('measure what it costs to draw the voices', async () => {
    const runs = (await measure('draw', [...['--rounds', '1'], ...['--seconds', '1']])) as {
      contestant: string;
      frames: number;
      script: number;
      main: number;
    }[];
    expect(runs.map(({ contestant }) => contestant).toSorted()).toEqual([
      'audiomotion-analyzer',
      'bars',
      'frames alone',
      'nothing',
      'orb',
      'wave',
      'wavesurfer.js',
    ]);
    for (const { contestant, frames, script, main } of runs) {
      if (contestant === 'nothing') continue;
      expect(frames).toBeGreaterThan(0);
      expect(script).toBeGreaterThan(0);
      expect(main).toBeGreaterThan(script);
    }
  });

  it('measure how smooth a long conversation is', async () => {
    const runs = (await measure('transcript', [...['--rounds', '1'], ...['--seconds', '1']])) as {
      turns: number;
      frames: number[];
      events: number[];
    }[];
    expect(runs.map(({ turns }) => turns)).toEqual([100, 1_000, 10_000]);
    for (const { frames, events } of runs) {
      expect(frames.length).toBeGreaterThan(0);
      expect(events.length).toBeGreaterThan(0);
    }
  });

  it('measure how much the token host and the bare handler can take', async () => {
    const rounds = (await measure('host', [...['--rounds', '1'], ...['--seconds', '0.5']])) as {
      server: string;
      kind: string;
      perSecond: number;
      microseconds: number;
    }[];
    expect(rounds.map(({ server, kind }) => `${kind}, ${server}`)).toEqual([
      'mint, host',
      'mint, bare',
      'refusal, host',
      'refusal, bare',
    ]);
    for (const { perSecond, microseconds } of rounds) {
      expect(perSecond).toBeGreaterThan(0);
      expect(microseconds).toBeGreaterThan(0);
    }
  });
});
