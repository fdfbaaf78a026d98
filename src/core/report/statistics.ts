/**
 * The few figures of WebRTC's statistics that tell why a call was bad: the chosen route without its
 * addresses, and what was lost on it. Anything else, such as fingerprints and identifiers, is left out.
 */

/** One of WebRTC's records, of whatever type. */
type Row = Readonly<Record<string, unknown>>;

export type Figures = Readonly<Record<string, string | number | boolean>>;

/** Names and units as in the W3C's identifiers for statistics: seconds, bytes. */
const KEPT: Readonly<Record<string, readonly string[]>> = {
  transport: [
    'iceState',
    'dtlsState',
    'iceRole',
    'selectedCandidatePairChanges',
    'bytesSent',
    'bytesReceived',
  ],
  'inbound-rtp': [
    'packetsReceived',
    'packetsLost',
    'jitter',
    'concealedSamples',
    'totalSamplesReceived',
    'audioLevel',
    'totalAudioEnergy',
  ],
  'outbound-rtp': ['packetsSent', 'bytesSent'],
  'remote-inbound-rtp': ['packetsLost', 'fractionLost', 'jitter', 'roundTripTime'],
  'media-source': ['audioLevel', 'totalAudioEnergy', 'totalSamplesDuration'],
  'candidate-pair': [
    'state',
    'currentRoundTripTime',
    'totalRoundTripTime',
    'requestsSent',
    'responsesReceived',
    'bytesSent',
    'bytesReceived',
  ],
  candidate: ['candidateType', 'protocol', 'relayProtocol', 'networkType', 'tcpType'],
};

/** Few are enough to see that none of them has worked. */
const MOST_TRIED = 12;

export interface Route {
  readonly pair: Figures;
  readonly local: Figures;
  readonly remote: Figures;
}

export interface CallStatistics {
  /** The candidate pair that was in use. */
  readonly route?: Route | undefined;
  /** Where none was: those that were tried. */
  readonly tried?: readonly Route[] | undefined;
  /** By the type of the record. */
  readonly figures: Readonly<Record<string, Figures>>;
}

export function statisticsOf(report: Iterable<readonly [string, unknown]>): CallStatistics {
  const rows = new Map(report as Iterable<readonly [string, Row]>);
  const figures: Record<string, Figures> = {};
  for (const row of rows.values()) {
    const type = String(row['type']);
    if (type in KEPT && type !== 'candidate-pair') figures[type] ??= kept(row, type);
  }
  const list = [...rows.values()];
  const chosen = list.find(({ type }) => type === 'transport')?.['selectedCandidatePairId'];
  const pair =
    rows.get(String(chosen)) ??
    list.find(({ nominated, state }) => nominated === true && state === 'succeeded');
  if (pair) return { route: routeOf(pair, rows), figures };
  const pairs = list.filter(({ type }) => type === 'candidate-pair').slice(0, MOST_TRIED);
  return { tried: pairs.map((one) => routeOf(one, rows)), figures };
}

function routeOf(pair: Row, rows: ReadonlyMap<string, Row>): Route {
  const candidate = (side: string) => {
    const row = rows.get(String(pair[`${side}CandidateId`])) ?? {};
    const { address } = row;
    return {
      ...kept(row, 'candidate'),
      ...(typeof address === 'string' && { address: truncated(address) }),
    };
  };
  return {
    pair: kept(pair, 'candidate-pair'),
    local: candidate('local'),
    remote: candidate('remote'),
  };
}

function kept(row: Row, type: string): Figures {
  const names = (KEPT[type] ?? []).filter((name) => /str|num|bool/.test(typeof row[name]));
  return Object.fromEntries(names.map((name) => [name, row[name] as string | number | boolean]));
}

/** Which network it is, and not who in it: half of an IPv4 address, two groups of an IPv6 one. */
function truncated(address: string): string {
  if (/^\d+\.\d+\./.test(address)) return address.replace(/^(\d+\.\d+)\..*/, '$1.…');
  return address.includes(':') ? address.replace(/^([^:]*:[^:]*):.*/, '$1:…') : '…';
}
