// What a report takes over of errors and of the browser's statistics, and what it leaves out.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ERROR_CODES, helpFor } from '../../../src/core/report/error-help.js';
import { statisticsOf } from '../../../src/core/report/statistics.js';
import { VERSION } from '../../../src/core/report/version.js';
import { SENTENCES } from '../../../src/element/english-errors.js';

const root = new URL('../../../', import.meta.url);

const rows = (local: string, remote: string) =>
  Object.entries({
    T: { type: 'transport', selectedCandidatePairId: 'P', dtlsState: 'connected' },
    P: {
      type: 'candidate-pair',
      localCandidateId: 'L',
      remoteCandidateId: 'R',
      currentRoundTripTime: 0.03,
    },
    Q: { type: 'candidate-pair', localCandidateId: 'X', remoteCandidateId: 'Y' },
    L: { type: 'local-candidate', candidateType: 'host', protocol: 'udp', address: local },
    R: { type: 'remote-candidate', candidateType: 'srflx', protocol: 'udp', address: remote },
    I: { type: 'inbound-rtp', packetsLost: 3, jitter: 0.002, ssrc: 12345, trackIdentifier: 'a' },
    C: { type: 'certificate', fingerprint: 'AB:CD' },
  });

describe('the statistics of a report', () => {
  it('are the chosen route, and the few figures that tell something', () => {
    const { route, figures } = statisticsOf(rows('192.168.1.23', '203.0.113.9'));
    expect(route?.pair).toEqual({ currentRoundTripTime: 0.03 });
    expect(route?.remote).toMatchObject({ candidateType: 'srflx', protocol: 'udp' });
    expect(figures).toEqual({
      transport: { dtlsState: 'connected' },
      'inbound-rtp': { packetsLost: 3, jitter: 0.002 },
    });
  });

  it('are all routes that were tried, where none has worked', () => {
    const { P, Q, L, R } = Object.fromEntries(rows('192.168.1.23', '203.0.113.9'));
    const pairs = { P: { ...P, state: 'failed' }, Q: { ...Q, state: 'in-progress' } };
    const { route, tried } = statisticsOf(Object.entries({ ...pairs, L, R }));
    expect(route).toBeUndefined();
    expect(tried?.map(({ pair }) => pair['state'])).toEqual(['failed', 'in-progress']);
    expect(tried?.[0]?.remote).toMatchObject({ candidateType: 'srflx', protocol: 'udp' });
  });

  it.each([
    ['192.168.1.23', '192.168.…'],
    ['2001:db8:85a3::8a2e:370:7334', '2001:db8:…'],
    ['5b1c2d3e-0f1a-4b2c-8d3e-4f5a6b7c8d9e.local', '…'],
  ])('tell of %s no more than %s', (address, told) => {
    const { route } = statisticsOf(rows(address, address));
    expect(route?.local['address']).toBe(told);
    expect(route?.remote['address']).toBe(told);
  });
});

describe('the help for errors', () => {
  it('knows every code, and says something of it', () => {
    expect([...ERROR_CODES].sort()).toEqual(Object.keys(SENTENCES).sort());
    for (const code of ERROR_CODES) expect(helpFor({ code }).hint).toMatch(/^[A-Z].{20,}[.?]$/);
  });

  it('is what docs/errors.md says', () => {
    const page = readFileSync(new URL('docs/errors.md', root), 'utf8');
    for (const code of ERROR_CODES) {
      const { hint, retryable, docs } = helpFor({ code });
      const [, section = ''] = page.split(`## ${code}\n`);
      const text = section.split('\n## ')[0]?.replace(/\s+/g, ' ');
      expect(text, code).toContain(hint);
      expect(text, code).toContain(`**Retryable:** ${retryable ? 'yes' : 'no'}`);
      expect(text, code).toContain(SENTENCES[code]);
      expect(docs).toBe(`https://unpkg.com/voice-agent-element/docs/errors.md#${code}`);
    }
  });

  it('has the version of the package', () => {
    const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as {
      version: string;
    };
    expect(VERSION).toBe(version);
  });
});
