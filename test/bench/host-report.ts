// What the measured rounds say: how many answers a second, how long one takes, and how the token host
// compares with a bare handler. It measures nothing.
import { median, quantile, table } from './statistics.js';

export interface HostRound {
  readonly server: 'host' | 'bare';
  readonly kind: 'mint' | 'refusal';
  readonly perSecond: number;
  /** Processor time of the server for each answer. */
  readonly microseconds: number;
  /** Milliseconds of every request in it. */
  readonly latencies: readonly number[];
}

export function hostReport(rounds: readonly HostRound[]): string[] {
  const rows = (['mint', 'refusal'] as const).flatMap((kind) => {
    const of = (server: HostRound['server']) =>
      rounds.filter((round) => round.server === server && round.kind === kind);
    const rate = (server: HostRound['server']): number =>
      median(of(server).map(({ perSecond }) => perSecond));
    const time = (server: HostRound['server']): number =>
      median(of(server).map(({ microseconds }) => microseconds));
    return (['host', 'bare'] as const).map((server) => {
      const latencies = of(server).flatMap((round) => round.latencies);
      const rates = of(server).map(({ perSecond }) => perSecond);
      return [
        `${kind}, ${server === 'host' ? 'token host' : 'bare handler'}`,
        rate(server).toFixed(0),
        `${Math.min(...rates).toFixed(0)} to ${Math.max(...rates).toFixed(0)}`,
        quantile(latencies, 0.5).toFixed(1),
        quantile(latencies, 0.99).toFixed(1),
        (rate(server) / rate('bare')).toFixed(2),
        time(server).toFixed(0),
        (time('bare') / time(server)).toFixed(2),
      ];
    });
  });
  const head = [
    ...['', 'a second, median', 'range', 'p50, ms', 'p99, ms', '÷ bare handler'],
    ...['processor, µs each', 'bare ÷ it'],
  ];
  return ['', table([head, ...rows])];
}
