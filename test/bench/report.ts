// Puts what a benchmark found between its markers in docs/benchmarks.md, with where and when it was
// measured, so that no figure there is typed by hand.
import { readFile, writeFile } from 'node:fs/promises';
import { cpus, loadavg, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import type { Browser } from 'puppeteer-core';

const FILE = fileURLToPath(new URL('../../docs/benchmarks.md', import.meta.url));

const load = (): string => (loadavg()[0] ?? 0).toFixed(1);
/** How busy the machine was before the first run; above 1 it disturbs the figures. */
const loadAtStart = load();

/** Replaces the text between `<!-- name -->` and `<!-- /name -->`. Rejects when they are missing. */
export async function writeReport(name: string, lines: readonly string[]): Promise<void> {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const text = await readFile(FILE, 'utf8');
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`docs/benchmarks.md has no "${begin}" … "${end}".`);
  const report = `${text.slice(0, from)}${begin}\n\n${lines.join('\n')}\n\n${text.slice(to)}`;
  const options = { ...(await resolveConfig(FILE)), filepath: FILE };
  await writeFile(FILE, await format(report, options));
}

/** Date, machine and browser, where there is one, in one line. */
export async function circumstances(browser?: Browser): Promise<string> {
  const processors = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  const machine = `${processors.length} × ${processors[0]?.model.trim() ?? 'unknown processor'}, ${memory} GB`;
  const date = new Date().toISOString().slice(0, 10);
  const system = await systemName();
  return `${date}, ${machine}, ${system}, ${browser ? `${await browser.version()}, ` : ''}Node ${process.versions.node}; load average before ${loadAtStart}, after ${load()}.`;
}

async function systemName(): Promise<string> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return /^PRETTY_NAME="(.*)"$/m.exec(release)?.[1] ?? process.platform;
}
