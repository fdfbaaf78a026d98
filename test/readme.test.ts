// The numbers in the README are the ones of what was built.
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';

const root = new URL('..', import.meta.url);
const readme = readFileSync(new URL('README.md', root), 'utf8');

/** In units of 1000 bytes after gzip, rounded up to one decimal. */
function kilobytes(...paths: string[]): string {
  const bytes = paths.reduce(
    (sum, path) => sum + gzipSync(readFileSync(new URL(path, root)), { level: 9 }).length,
    0,
  );
  return `${(Math.ceil(bytes / 100) / 10).toFixed(1)} kB`;
}

function saysOf(row: string): string | undefined {
  return new RegExp(`\\| ${row} +\\| ([\\d.]+ kB) +\\|`).exec(readme)?.[1];
}

describe('the README', () => {
  const entry = 'dist/voice-agent.js';
  const files = readdirSync(new URL('dist/', root));

  /** A part that loads on demand; its file's name changes with its content. */
  const part = (name: string) =>
    `dist/${files.find((file) => new RegExp(`^voice-agent-${name}-.*\\.js$`).test(file)) ?? name}`;

  it('says what is downloaded before intent', () => {
    expect(saysOf('downloaded before a visitor shows interest')).toBe(kilobytes(entry));
  });

  it('says what a call needs', () => {
    const call = [entry, part('talk')];
    expect(saysOf('everything for a voice call')).toBe(kilobytes(...call));
    expect(saysOf('… and its transcript')).toBe(kilobytes(...call, part('chat')));
    expect(saysOf('what keeps it alive, loaded beside it')).toBe(kilobytes(part('recovery')));
  });

  it('says what the core weighs', () => {
    expect(saysOf('the core alone')).toBe(kilobytes('.cache/size/core.js'));
  });
});
