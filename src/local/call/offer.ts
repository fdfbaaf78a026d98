// Reads an SDP offer as far as an answer needs it, and refuses what is none. It opens nothing.
import { ApiError } from '../http/api-error.js';

export type MediaDirection = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

export interface OfferedAudio {
  readonly mid: string;
  readonly direction: MediaDirection;
  /** Chromium offers Opus as 111, Firefox as 109. */
  readonly opusPayloadType: number;
}

export interface Offer {
  /** Without candidates: the browser reaches us first, and we never send where a page points us. */
  readonly sdp: string;
  readonly audio: OfferedAudio | undefined;
  readonly dataChannel: boolean;
}

const refuse = (message: string): never => {
  throw new ApiError(400, `The SDP offer cannot be used: ${message}`, 'invalid_offer', 'sdp');
};

export function readOffer(text: string): Offer {
  const lines = text.split(/\r?\n/).filter((line) => line !== '');
  if (lines[0] !== 'v=0') refuse('it does not begin with "v=0".');
  if (lines.some((line) => !/^[a-z]=/.test(line))) refuse('a line has no "x=" at its start.');
  const starts = lines.flatMap((line, index) => (line.startsWith('m=') ? [index] : []));
  const head = lines.slice(0, starts[0] ?? lines.length);
  const media = starts.map((start, index) => lines.slice(start, starts[index + 1]));
  if (media.length === 0) refuse('it offers neither audio nor a data channel.');
  if (media.length > 4) refuse('it offers more than four media sections.');
  const has = (section: readonly string[], name: string): boolean =>
    [...section, ...head].some((line) => line.startsWith(`a=${name}:`));
  for (const section of media) {
    if (!has(section, 'ice-ufrag') || !has(section, 'ice-pwd'))
      refuse('it has no ICE credentials.');
    if (!has(section, 'fingerprint')) refuse('it has no DTLS fingerprint.');
  }
  const audioSections = media.filter((section) => section[0]?.startsWith('m=audio '));
  if (audioSections.length > 1) refuse('it offers more than one audio section.');
  if (media.some((section) => !/^m=(audio|application) /.test(section[0] as string))) {
    refuse('only one audio section and one data channel are answered here.');
  }
  return {
    sdp:
      lines.filter((line) => !/^a=(candidate|end-of-candidates)/.test(line)).join('\r\n') + '\r\n',
    audio: audioSections[0] && readAudio(audioSections[0]),
    dataChannel: media.some((section) => section[0]?.startsWith('m=application ')),
  };
}

function readAudio(section: readonly string[]): OfferedAudio {
  const mid = section.find((line) => line.startsWith('a=mid:'))?.slice(6);
  if (!mid || mid.length > 32) return refuse('the audio section has no usable "a=mid".');
  const opus = section
    .map((line) => /^a=rtpmap:(\d{1,3}) opus\/48000/i.exec(line)?.[1])
    .find(Boolean);
  if (opus === undefined) return refuse('the audio section does not offer Opus.');
  const direction = section
    .map((line) => /^a=(sendrecv|sendonly|recvonly|inactive)$/.exec(line)?.[1])
    .find(Boolean);
  return {
    mid,
    opusPayloadType: Number(opus),
    direction: (direction ?? 'sendrecv') as MediaDirection,
  };
}
