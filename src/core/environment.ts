/**
 * Whether a voice call is possible in this browser and on this page at all. Where there is WebRTC
 * and a secure page there is a microphone interface too.
 */
import { VoiceError } from './voice-error.js';

/**
 * @param otherwise the call knows a way without WebRTC
 * @throws {VoiceError} `insecure-context` or `unsupported`
 */
export function checkEnvironment(otherwise?: boolean): void {
  if (!globalThis.isSecureContext) {
    throw new VoiceError('insecure-context', 'Only https pages have a microphone.');
  }
  if (!otherwise && !('RTCPeerConnection' in globalThis)) {
    throw new VoiceError('unsupported', 'This browser cannot make a WebRTC connection.');
  }
}
