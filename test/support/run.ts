// Runs a program to its end, with a bound.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly ms: number;
}

/** What it wrote to stdout. Rejects when it fails, or takes longer. */
export async function run(
  program: string,
  args: readonly string[],
  { env = {}, ms }: RunOptions,
): Promise<string> {
  const options = { env: { ...process.env, ...env }, timeout: ms };
  const { stdout } = await promisify(execFile)(program, args, options);
  return stdout;
}
