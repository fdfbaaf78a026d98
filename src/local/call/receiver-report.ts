// What the visitor's browser is told of its packets: how many came, how many did not, and how long
// its own report was here (RTCP receiver reports, RFC 3550 section 6.4). The library's counts from
// sequence number 0 where the first is below 3,000, and then reports hundreds as lost that were
// never sent.

const SENDER_REPORT = 200;
const RECEIVER_REPORT = 201;
const REPORT_BYTES = 32;
const WRAP = 0x1_0000;

/** Whether these bytes are a report of the sender, or begin with one. */
export const isSenderReport = (bytes: Buffer): boolean =>
  bytes.length >= 28 && (bytes[0] as number) >> 6 === 2 && bytes[1] === SENDER_REPORT;

export class ReceiverReport {
  #ssrc: number;
  /** Sequence numbers that go on counting where those of 16 bits begin anew. */
  #first: number | undefined;
  #highest = 0;
  #received = 0;
  #expectedBefore = 0;
  #receivedBefore = 0;

  /** @param ssrc who reports */
  constructor(ssrc: number) {
    this.#ssrc = ssrc;
  }

  /** Counts a packet, late and doubled ones as well. */
  count(sequence: number): void {
    this.#received++;
    if (this.#first === undefined) {
      this.#first = sequence;
      this.#highest = sequence;
      return;
    }
    const ahead = (sequence - this.#highest) & (WRAP - 1);
    if (ahead < WRAP / 2) this.#highest += ahead;
  }

  /** The answer to a sender's report, which is the sender's way to measure the round trip. */
  answer(senderReport: Buffer): Buffer {
    const expected = this.#first === undefined ? 0 : this.#highest - this.#first + 1;
    const expectedSince = expected - this.#expectedBefore;
    const lostSince = Math.max(0, expectedSince - (this.#received - this.#receivedBefore));
    this.#expectedBefore = expected;
    this.#receivedBefore = this.#received;

    const report = Buffer.alloc(REPORT_BYTES);
    report[0] = 0x81; // Version 2, one block.
    report[1] = RECEIVER_REPORT;
    report.writeUInt16BE(REPORT_BYTES / 4 - 1, 2);
    report.writeUInt32BE(this.#ssrc, 4);
    senderReport.copy(report, 8, 4, 8);
    report[12] =
      expectedSince > 0 ? Math.min(255, Math.floor((lostSince * 256) / expectedSince)) : 0;
    // Less than none where packets came twice.
    report.writeIntBE(Math.max(-0x80_0000, Math.min(0x7f_ffff, expected - this.#received)), 13, 3);
    report.writeUInt32BE(this.#highest >>> 0, 16);
    // Jitter stays 0: when a packet reaches this thread says little of when it came to the machine.
    // The middle of the sender's time, and, as it is answered at once, no delay since then.
    senderReport.copy(report, 24, 10, 14);
    return report;
  }
}
