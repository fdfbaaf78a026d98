// RTP packets (RFC 3550): read, written and put into order. It does not know what they carry.

export interface RtpPacket {
  readonly payloadType: number;
  readonly sequence: number;
  readonly timestamp: number;
  readonly payload: Buffer;
}

export function parseRtp(bytes: Buffer): RtpPacket | undefined {
  if (bytes.length < 12 || (bytes[0] as number) >> 6 !== 2) return undefined;
  const first = bytes[0] as number;
  let start = 12 + (first & 0x0f) * 4;
  if (first & 0x10) {
    if (bytes.length < start + 4) return undefined;
    start += 4 + bytes.readUInt16BE(start + 2) * 4;
  }
  const padding = first & 0x20 ? (bytes[bytes.length - 1] as number) : 0;
  const end = bytes.length - padding;
  if (start > end) return undefined;
  return {
    payloadType: (bytes[1] as number) & 0x7f,
    sequence: bytes.readUInt16BE(2),
    timestamp: bytes.readUInt32BE(4),
    payload: bytes.subarray(start, end),
  };
}

export class RtpWriter {
  #sequence = Math.floor(Math.random() * 0x8000);
  #timestamp = Math.floor(Math.random() * 0x7fffffff);

  constructor(
    readonly ssrc: number,
    readonly payloadType: number,
    /** Ticks of the clock for one packet: 960 for 20 ms at 48 kHz. */
    readonly step = 960,
  ) {}

  write(payload: Buffer, marker: boolean): Buffer {
    const packet = Buffer.allocUnsafe(12 + payload.length);
    packet[0] = 0x80;
    packet[1] = this.payloadType | (marker ? 0x80 : 0);
    packet.writeUInt16BE(this.#sequence, 2);
    packet.writeUInt32BE(this.#timestamp, 4);
    packet.writeUInt32BE(this.ssrc, 8);
    payload.copy(packet, 12);
    this.#sequence = (this.#sequence + 1) & 0xffff;
    this.#timestamp = (this.#timestamp + this.step) >>> 0;
    return packet;
  }

  /** Leaves out `packets` of time, after the sender was held up. */
  skip(packets: number): void {
    this.#timestamp = (this.#timestamp + packets * this.step) >>> 0;
  }
}

/** Tells for each packet how many were lost before it; a late or doubled one is refused. */
export class SequenceGuard {
  #last: number | undefined;

  /** Packets missing before this one, or undefined when it is to be dropped. */
  accept(sequence: number): number | undefined {
    if (this.#last === undefined) {
      this.#last = sequence;
      return 0;
    }
    const ahead = (sequence - this.#last) & 0xffff;
    if (ahead === 0 || ahead > 0x8000) return undefined;
    this.#last = sequence;
    return ahead - 1;
  }
}
