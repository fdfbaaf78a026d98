/**
 * `voice-agent host`: the token host as a process of its own, for containers. One JSON line per
 * request on stdout; it ends in peace on SIGTERM.
 */
import { serveTokenHost } from '../host/node.js';
import { hostFromEnvironment } from './environment.js';
import { untilSignal } from './until-signal.js';
import { withoutEmpty } from './variables.js';

/** Longer than a secret can take to mint, and below the 10 s that containers are given to end. */
const GRACE_MS = 8_000;
const END_MS = 9_000;

export async function host(): Promise<void> {
  const { options, mintingFrom } = await hostFromEnvironment(withoutEmpty(process.env));
  await untilSignal(async (opened) => {
    const server = await serveTokenHost({
      ...options,
      log: (entry) => {
        console.log(JSON.stringify({ time: new Date().toISOString(), ...entry }));
      },
    });
    opened(() => server.close(GRACE_MS));
    console.log(`voice-agent token host on ${server.url}/token minting from ${mintingFrom}`);
  }, END_MS);
}
