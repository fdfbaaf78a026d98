// Offers, packets and pacing without a network.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { concatSamples, resample, trimSilence } from '../../src/local/audio/pcm.js';
import { formatWav, parseWav } from '../../src/local/audio/wav.js';
import { OPUS_SILENCE, OpusCodec } from '../../src/local/audio/opus.js';
import { readOffer } from '../../src/local/call/offer.js';
import { Pacer } from '../../src/local/call/pacer.js';
import { isSenderReport, ReceiverReport } from '../../src/local/call/receiver-report.js';
import { parseRtp, RtpWriter, SequenceGuard } from '../../src/local/call/rtp.js';

const FIREFOX = [
  'v=0',
  'o=mozilla 1 0 IN IP4 0.0.0.0',
  's=-',
  't=0 0',
  'a=fingerprint:sha-256 AA:BB',
  'm=audio 9 UDP/TLS/RTP/SAVPF 109 9',
  'a=candidate:1 1 UDP 1 printer.local 9 typ host',
  'a=ice-pwd:p',
  'a=ice-ufrag:u',
  'a=mid:0',
  'a=recvonly',
  'a=rtpmap:109 opus/48000/2',
  'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
  'a=ice-pwd:p',
  'a=ice-ufrag:u',
  'a=mid:1',
];

describe('an offer', () => {
  it("is read with the browser's own numbers and direction, and without its addresses", () => {
    const offer = readOffer(FIREFOX.join('\r\n'));
    expect(offer.audio).toEqual({ mid: '0', opusPayloadType: 109, direction: 'recvonly' });
    expect(offer.dataChannel).toBe(true);
    expect(offer.sdp).not.toContain('printer.local');
  });

  it('is sendrecv when it does not say, and may have no audio', () => {
    const silent = FIREFOX.filter((line) => line !== 'a=recvonly').join('\n');
    expect(readOffer(silent).audio?.direction).toBe('sendrecv');
    const [head, channel] = [FIREFOX.slice(0, 5), FIREFOX.slice(12)];
    expect(readOffer([...head, ...channel].join('\r\n')).audio).toBeUndefined();
  });

  it.each([
    [
      'a video section',
      [...FIREFOX, 'm=video 9 UDP/TLS/RTP/SAVPF 96', 'a=ice-pwd:p', 'a=ice-ufrag:u'],
    ],
    ['two audio sections', [...FIREFOX, ...FIREFOX.slice(5, 12)]],
    ['a line that is none', [...FIREFOX, 'hello']],
  ])('is refused with %s', (_name, lines) => {
    expect(() => readOffer(lines.join('\r\n'))).toThrow(/^The SDP offer cannot be used/);
  });
});

describe('RTP', () => {
  it('is read as it was written, also across the wrap of its counters', () => {
    const writer = new RtpWriter(7, 111);
    let last = parseRtp(writer.write(Buffer.from([1]), true));
    let wrong = 0;
    for (let number = 0; number < 70_000; number++) {
      const packet = parseRtp(writer.write(Buffer.from([1, 2]), false));
      if ((((packet?.sequence ?? 0) - (last?.sequence ?? 0)) & 0xffff) !== 1) wrong++;
      if (((packet?.timestamp ?? 0) - (last?.timestamp ?? 0)) >>> 0 !== 960) wrong++;
      last = packet;
    }
    expect(wrong).toBe(0);
    expect(last).toMatchObject({ payloadType: 111, payload: Buffer.from([1, 2]) });
  });

  it('with an extension and padding gives only its payload, and nonsense nothing', () => {
    const head = [0xb0, 111, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3];
    const extension = [0xbe, 0xde, 0, 1, 9, 9, 9, 9];
    expect(parseRtp(Buffer.from([...head, ...extension, 5, 6, 0, 2]))?.payload).toEqual(
      Buffer.from([5, 6]),
    );
    expect(parseRtp(Buffer.from([0x80, 1]))).toBeUndefined();
    expect(parseRtp(Buffer.from([...head, ...extension, 0xff]))).toBeUndefined();
  });

  it('counts what is lost and drops what is late', () => {
    const guard = new SequenceGuard();
    expect([65_534, 65_535, 0, 3, 2, 3, 4].map((n) => guard.accept(n))).toEqual([
      0,
      0,
      0,
      2,
      undefined,
      undefined,
      0,
    ]);
  });
});

describe('a receiver report', () => {
  /** Version 2, SSRC 0x01020304, time 0x1111222233334444. */
  const sent = Buffer.from('80c80006010203041111222233334444'.padEnd(56, '0'), 'hex');

  const told = (report: Buffer) => ({
    fraction: report[12],
    lost: report.readIntBE(13, 3),
    highest: report.readUInt32BE(16),
  });
  const after = (report: ReceiverReport, ...sequences: number[]) => {
    for (const sequence of sequences) report.count(sequence);
    return told(report.answer(sent));
  };

  it('counts from the first packet, whatever its number', () => {
    expect(after(new ReceiverReport(7), 544, 545, 546)).toEqual({
      fraction: 0,
      lost: 0,
      highest: 546,
    });
    expect(after(new ReceiverReport(7))).toEqual({ fraction: 0, lost: 0, highest: 0 });
  });

  it('says what was lost since the one before, and in all', () => {
    const report = new ReceiverReport(7);
    expect(after(report, 65_534, 65_535, 2, 3)).toEqual({ fraction: 85, lost: 2, highest: 65_539 });
    expect(after(report, 4, 5, 1)).toEqual({ fraction: 0, lost: 1, highest: 65_541 });
    // Less than none: they came twice.
    expect(after(report, 5, 5, 5, 5)).toEqual({ fraction: 0, lost: -3, highest: 65_541 });
    expect(after(report, 8)).toEqual({ fraction: 170, lost: -1, highest: 65_544 });
  });

  it('names both, and when the report was made that it answers', () => {
    expect(isSenderReport(sent)).toBe(true);
    expect(isSenderReport(new RtpWriter(7, 111).write(Buffer.alloc(40), true))).toBe(false);
    expect(isSenderReport(sent.subarray(0, 20))).toBe(false);
    expect(new ReceiverReport(7).answer(sent).toString('hex')).toBe(
      '81c90007' +
        '00000007' +
        '01020304' +
        '00000000' +
        '00000000' +
        '00000000' +
        '22223333' +
        '00000000',
    );
  });
});

describe('sound', () => {
  it('survives a WAV file, a change of rate, and Opus', () => {
    const samples = Int16Array.from({ length: 1_600 }, (_v, n) => 8_000 * Math.sin(n / 8));
    const pcm = { samples, sampleRate: 16_000 };
    expect(parseWav(formatWav(pcm))).toEqual(pcm);
    expect(resample(pcm, 48_000).samples).toHaveLength(4_800);
    expect(() => parseWav(new Uint8Array(50))).toThrow(/no WAV/);
    const codec = new OpusCodec();
    const decoded = [0, 1, 2, 3, 4].map((n) =>
      codec.decode(codec.encode(samples.subarray(n * 320, n * 320 + 320))),
    );
    const peak = Math.max(...concatSamples(decoded.map((part) => part ?? new Int16Array(0))));
    expect(peak).toBeGreaterThan(5_000);
    expect(codec.decode(Buffer.from([0xff, 0xff]))).toBeUndefined();
    codec.close();
    const fresh = new OpusCodec();
    expect(fresh.decode(OPUS_SILENCE)?.every((sample) => sample === 0)).toBe(true);
    fresh.close();
  });

  it('loses the silence at its ends', () => {
    const samples = new Int16Array(16_000);
    samples.fill(1_000, 5_000, 6_000);
    expect(trimSilence({ samples, sampleRate: 16_000 }, 10).samples).toHaveLength(1_000 + 2 * 160);
    expect(trimSilence({ samples: new Int16Array(9), sampleRate: 16_000 }).samples).toHaveLength(0);
  });
});

describe('the pacer', () => {
  beforeEach(
    () => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }),
  );
  afterEach(() => void vi.useRealTimers());

  function pace() {
    const sent: string[] = [];
    const pacer = new Pacer({
      encode: () => Buffer.from('speech'),
      send: (packet, marker) =>
        sent.push(packet === OPUS_SILENCE ? 'silence' : `${String(packet)}${marker ? '!' : ''}`),
      skip: (packets) => sent.push(`skip ${packets}`),
    });
    return { pacer, sent };
  }

  it('sends one packet every 20 ms: what is queued, in order, then silence', () => {
    const { pacer, sent } = pace();
    pacer.start();
    vi.advanceTimersByTime(1);
    pacer.play(new Int16Array(700), () => sent.push('frame'));
    pacer.mark(() => sent.push('mark'));
    vi.advanceTimersByTime(100);
    expect(sent).toEqual([
      'silence',
      'speech!',
      'frame',
      'speech',
      'frame',
      'speech',
      'frame',
      'mark',
      'silence',
      'silence',
    ]);
    vi.advanceTimersByTime(10_000);
    expect(sent.filter((what) => what === 'silence')).toHaveLength(503);
    pacer.stop();
    vi.advanceTimersByTime(1_000);
    expect(sent.filter((what) => what === 'silence')).toHaveLength(503);
  });

  it('is silent at once when cleared, and marks an empty queue at once', () => {
    const { pacer, sent } = pace();
    pacer.start();
    pacer.play(new Int16Array(32_000), () => undefined);
    vi.advanceTimersByTime(50);
    expect(pacer.queuedMs).toBeGreaterThan(1_900);
    pacer.clear();
    sent.length = 0;
    vi.advanceTimersByTime(100);
    expect(new Set(sent)).toEqual(new Set(['silence']));
    pacer.mark(() => sent.push('mark'));
    expect(sent.at(-1)).toBe('mark');
    pacer.stop();
  });
});
