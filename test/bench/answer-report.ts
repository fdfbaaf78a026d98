// What the measured answers say: how long they took, and how much of it the element adds. It measures
// nothing.
import type { Caller } from './answer-run.js';
import { median, medianDifference, quantile, table } from './statistics.js';

const NAMES: Readonly<Record<Caller, string>> = {
  element: '`<voice-agent>`',
  bare: 'bare `RTCPeerConnection`',
};

const ms = (value: number): string => value.toFixed(0);

/** @param measured milliseconds by call, and in it by question */
export function answerReport(measured: Readonly<Record<Caller, readonly number[][]>>): string[] {
  const rows = (['element', 'bare'] as const).map((caller) => {
    const values = measured[caller].flat();
    return [
      NAMES[caller],
      String(values.length),
      ms(median(values)),
      `${ms(quantile(values, 0.25))} to ${ms(quantile(values, 0.75))}`,
      `${ms(Math.min(...values))} to ${ms(Math.max(...values))}`,
    ];
  });
  // Each question takes its own time, so its answers are compared with one another.
  const { value, low, high } = medianDifference(
    centred(measured, 'element'),
    centred(measured, 'bare'),
  );
  return [
    '',
    'Last sound of the question to first sound of the answer, ms:',
    '',
    table([['', 'answers', 'median', 'quartiles', 'range'], ...rows]),
    '',
    `The element adds ${value.toFixed(1)} ms (95 % range ${low.toFixed(1)} to ${high.toFixed(1)} ms; each answer compared with those to the same question).`,
  ];
}

/** The answers of a caller, without what the question itself is responsible for. */
function centred(
  measured: Readonly<Record<Caller, readonly number[][]>>,
  caller: Caller,
): number[] {
  const usual = (question: number): number =>
    median([...measured.element, ...measured.bare].map((call) => call[question] as number));
  return measured[caller].flatMap((call) => call.map((value, question) => value - usual(question)));
}
