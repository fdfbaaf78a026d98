/** Whether a voice call is possible in this browser and on this page at all. */
import { VoiceError } from './voice-error.js';

/** @throws {VoiceError} `insecure-context` or `unsupported` */
export function checkEnvironment(): void {
  if (!globalThis.isSecureContext) {
    throw new VoiceError('insecure-context', 'Browsers give a microphone to https pages only.');
  }
  const { mediaDevices } = navigator as Partial<Navigator>;
  if (!mediaDevices || !('RTCPeerConnection' in globalThis)) {
    throw new VoiceError('unsupported', 'This browser cannot make a WebRTC connection.');
  }
}
