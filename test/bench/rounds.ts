// The options of a benchmark that measures in rounds of some seconds each.
import { parseArgs } from 'node:util';

export interface Rounds {
  readonly rounds: number;
  readonly seconds: number;
  /** Put the tables into docs/benchmarks.md. */
  readonly write: boolean;
  /** Print every value as JSON first. */
  readonly raw: boolean;
}

/** Those of the command line. @throws {Error} for what is no count, or no time */
export function roundsFromArguments(usual: Pick<Rounds, 'rounds' | 'seconds'>): Rounds {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: String(usual.rounds) },
      seconds: { type: 'string', default: String(usual.seconds) },
      write: { type: 'boolean', default: false },
      raw: { type: 'boolean', default: false },
    },
  });
  const [rounds, seconds] = [Number(values.rounds), Number(values.seconds)];
  if (!(Number.isInteger(rounds) && rounds > 0 && rounds <= 50 && seconds > 0 && seconds <= 30)) {
    throw new Error('--rounds is a count up to 50, --seconds a length up to 30');
  }
  return { rounds, seconds, write: values.write, raw: values.raw };
}
