// Starts browsers that hold calls without a person: the microphone is a recording, and permission is
// given or refused as the test says. It knows no page.
import puppeteer, { type Browser } from 'puppeteer-core';
import type { Room } from './room.js';

export interface ChromiumOptions {
  /**
   * A room with a microphone and a loudspeaker; a WAV file that is spoken once from the moment the
   * microphone opens, silence afterwards; `denied` by the visitor; `missing` from the machine.
   * Default: beeps, which sound like speech.
   */
  readonly microphone?: Room | string;
  /** Draws letters and colours as on any other machine with the same fonts. */
  readonly alikeEverywhere?: boolean;
  /** Starts Chromium in another place than this one; it is talked to by a pipe. */
  readonly program?: string;
  /** Further arguments. */
  readonly more?: readonly string[];
}

/** Without a window and without anything that talks to the internet. */
export function launchChromium({
  microphone,
  alikeEverywhere,
  program,
  more = [],
}: ChromiumOptions = {}): Promise<Browser> {
  const executablePath = program ?? process.env['CHROME_PATH'];
  if (!executablePath) throw new Error('There is no Chrome or Chromium: set CHROME_PATH.');
  const room = typeof microphone === 'object' ? microphone : undefined;
  const file = typeof microphone === 'string' && microphone.endsWith('.wav') && microphone;
  return puppeteer.launch({
    executablePath,
    headless: true,
    pipe: program !== undefined,
    ...(room && {
      env: { ...process.env, ...room.env },
      ignoreDefaultArgs: ['--mute-audio'],
    }),
    args: [
      ...(process.env['CHROME_ARGUMENTS'] ?? '').split(' ').filter(Boolean),
      `--use-fake-ui-for-media-stream${microphone === 'denied' ? '=deny' : ''}`,
      // Without this flag there is no microphone, where the machine has none.
      ...(room || microphone === 'missing' ? [] : ['--use-fake-device-for-media-stream']),
      ...(file ? [`--use-file-for-fake-audio-capture=${file}%noloop`] : []),
      ...(alikeEverywhere
        ? [
            '--font-render-hinting=none',
            '--disable-lcd-text',
            '--force-color-profile=srgb',
            '--autoplay-policy=no-user-gesture-required',
          ]
        : []),
      '--allow-loopback-in-peer-connection',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-features=MediaRouter,OptimizationHints',
      ...more,
    ],
  });
}
