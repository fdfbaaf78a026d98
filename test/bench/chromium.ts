// The browser of the benchmarks, found as `npm test` finds it.
import type { Browser } from 'puppeteer-core';
import { chromeArguments, findChrome } from '../../scripts/browsers.mjs';
import { launchChromium } from '../support/browsers.js';

/** @param microphone a WAV file; beeps without one */
export function launchBenchBrowser(microphone?: string): Promise<Browser> {
  process.env['CHROME_PATH'] ??= findChrome() ?? '';
  process.env['CHROME_ARGUMENTS'] ??= chromeArguments.join(' ');
  return launchChromium({ microphone });
}
