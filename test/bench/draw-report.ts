// Tables of what drawing costs. It measures nothing.
import { CONTESTANTS, type Contestant, type DrawRun } from './draw-run.js';
import { median, quantile, table } from './statistics.js';

const OTHERS = ['wavesurfer.js', 'audiomotion-analyzer'] as const;

export function drawReport(runs: readonly DrawRun[]): string[] {
  const of = (contestant: Contestant, value: (run: DrawRun) => number): number[] =>
    runs.filter((run) => run.contestant === contestant).map(value);
  const perFrame = ({ script, frames }: DrawRun) => script / frames;
  const scriptShare = ({ script, seconds }: DrawRun) => script / seconds / 10;
  const share = ({ main, seconds }: DrawRun) => main / seconds / 10;
  const idle = median(of('nothing', share));
  const drawn = CONTESTANTS.filter((contestant) => contestant !== 'nothing');
  const rows = drawn.map((contestant) => {
    const script = of(contestant, perFrame);
    const all = median(of(contestant, share)) - idle;
    return [
      contestant,
      median(of(contestant, ({ frames, seconds }) => frames / seconds)).toFixed(0),
      median(script).toFixed(3),
      `${quantile(script, 0.25).toFixed(3)} to ${quantile(script, 0.75).toFixed(3)}`,
      median(of(contestant, scriptShare)).toFixed(2),
      all.toFixed(2),
      ...OTHERS.map((other) =>
        (median(of(contestant, scriptShare)) / median(of(other, scriptShare))).toFixed(2),
      ),
    ];
  });
  return [
    '',
    table([
      [
        '',
        'frames a second',
        'script a frame, ms',
        'quartiles',
        'script, % of a core',
        'main thread in all, %',
        ...OTHERS.map((other) => `script ÷ \`${other}\``),
      ],
      ...rows,
    ]),
    '',
    `A page that draws nothing of the sound needs ${idle.toFixed(2)} % of a core, which is taken off.`,
  ];
}
