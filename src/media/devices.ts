/** The microphones and loudspeakers that the browser lets this page know of. It never asks the visitor. */
import { soon } from './soon.js';

/** Stand for another device of the list, or of none. */
const ALIASES = ['', 'default', 'communications'];

/** Those that have a name, which they get with the visitor's permission. */
export async function knownDevices(kind: MediaDeviceKind): Promise<readonly MediaDeviceInfo[]> {
  const devices = await soon(() => navigator.mediaDevices.enumerateDevices());
  return (devices ?? []).filter(
    (device) => device.kind === kind && device.label && !ALIASES.includes(device.deviceId),
  );
}

/** Whether the page may choose where sound is played. */
export const choosesSpeaker = (): boolean =>
  'setSinkId' in (globalThis.HTMLMediaElement as { prototype: object }).prototype;

/** Phones have buttons for it, and let no page set it. */
export function choosesVolume(): boolean {
  const audio = new Audio();
  audio.volume = 0.5;
  return audio.volume === 0.5;
}
