/**
 * What a connection's statistics say that matters to a call: one plain object of the browser's many. It
 * judges nothing.
 */

/** The parts of the statistics that are looked at; browsers leave some out. */
interface Entry {
  readonly type: string;
  readonly kind?: string;
  readonly nominated?: boolean;
  readonly state?: string;
  readonly selectedCandidatePairId?: string;
  readonly bytesReceived?: number;
  readonly responsesReceived?: number;
  readonly requestsReceived?: number;
  readonly currentRoundTripTime?: number;
  readonly packetsReceived?: number;
  readonly packetsLost?: number;
  readonly jitter?: number;
  readonly fractionLost?: number;
  readonly totalAudioEnergy?: number;
}

export interface Statistics {
  /** Grows with whatever comes; `undefined` where the browser does not count it. */
  readonly received: number | undefined;
  /** From a packet to its answer, in ms. */
  readonly roundTrip: number | undefined;
  /** Of the agent's voice: how much its packets' times differ, in ms, and how many came or did not. */
  readonly jitter: number | undefined;
  readonly packets: number;
  readonly lost: number;
  /** Of the visitor's voice: the fraction that the service has missed lately. */
  readonly missed: number | undefined;
  /** Grows as long as the agent's voice is not silent. */
  readonly energy: number | undefined;
}

export function read(report: RTCStatsReport): Statistics {
  const all = report as unknown as ReadonlyMap<string, Entry>;
  const list = [...all.values()];
  const route = routeOf(all);
  const voice = list.find(({ type, kind }) => type === 'inbound-rtp' && kind === 'audio');
  const said = list.find(({ type, kind }) => type === 'remote-inbound-rtp' && kind === 'audio');
  return {
    received: receivedBy(route),
    roundTrip: inMs(route?.currentRoundTripTime),
    jitter: inMs(voice?.jitter),
    packets: voice?.packetsReceived ?? 0,
    lost: voice?.packetsLost ?? 0,
    missed: said?.fractionLost,
    energy: voice?.totalAudioEnergy,
  };
}

/** Everything that came over the chosen route, checks whether it works included. */
function receivedBy(route: Entry | undefined): number | undefined {
  if (route?.responsesReceived === undefined) return undefined;
  return route.responsesReceived + (route.requestsReceived ?? 0) + (route.bytesReceived ?? 0);
}

function routeOf(all: ReadonlyMap<string, Entry>): Entry | undefined {
  const list = [...all.values()];
  const chosen = list.find(({ type }) => type === 'transport')?.selectedCandidatePairId;
  return (
    all.get(chosen ?? '') ?? list.find(({ state, nominated }) => nominated && state === 'succeeded')
  );
}

function inMs(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000;
}
