/**
 * Where a request comes from, as far as it can be known: the socket, or a header that a trusted
 * proxy wrote. Only what the limits and the log need leaves this file, never the whole address.
 */
import { ConfigurationError, requireInteger } from './configuration-error.js';

/** What a server knows of the connection that a request came on. */
export interface Peer {
  readonly address?: string;
}

export interface AddressOptions {
  /**
   * How many proxies of yours every request passes. The visitor's address is then that many
   * entries from the right in `X-Forwarded-For`. Default 0: the header is not read.
   */
  trustedProxies?: number;
  /** The visitor's address where the platform knows it: `cf-connecting-ip` on Workers. */
  clientAddress?: (request: Request) => string | undefined;
}

export interface ClientAddress {
  /** What is counted as one visitor: an IPv4 address, or the /64 that one IPv6 customer is given. */
  readonly network: string;
  /** What a log may hold: IPv4 without the last octet, IPv6 as /48. */
  readonly truncated: string;
}

/** @throws {ConfigurationError} */
export function addressReader({
  trustedProxies = 0,
  clientAddress,
}: AddressOptions): (request: Request, peer?: Peer) => ClientAddress | undefined {
  requireInteger('trustedProxies', trustedProxies, 0, 10);
  if (clientAddress !== undefined && typeof clientAddress !== 'function') {
    throw new ConfigurationError('clientAddress', 'must be a function.');
  }
  if (clientAddress && trustedProxies > 0) {
    throw new ConfigurationError('clientAddress', 'contradicts trustedProxies. Keep one of them.');
  }
  return (request, peer) => {
    if (clientAddress) return parseAddress(clientAddress(request));
    const forwarded =
      trustedProxies > 0 ? parseAddress(forwardedFor(request, trustedProxies)) : undefined;
    // A list that is too short did not pass all proxies. The connection itself cannot be forged, and
    // many visitors behind one address are held back too soon rather than too late.
    return forwarded ?? parseAddress(peer?.address);
  };
}

/** Each proxy appends whom it talked to: from the right, and no further than they are trusted. */
function forwardedFor(request: Request, hops: number): string | undefined {
  return request.headers.get('x-forwarded-for')?.split(',').at(-hops)?.trim();
}

/** `undefined` for what is no address. A port, brackets and a zone are left out. */
function parseAddress(text: unknown): ClientAddress | undefined {
  if (typeof text !== 'string') return undefined;
  const v4 = /^(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})(:\d{1,5})?$/.exec(text)?.[1];
  if (v4 !== undefined) return fromOctets(v4.split('.').map(Number));
  const bare = /^\[(.+)\](:\d{1,5})?$/.exec(text)?.[1] ?? text;
  const groups = groupsOf(bare.replace(/%.*$/, ''));
  if (!groups) return undefined;
  // Sockets that take both kinds write IPv4 as ::ffff:203.0.113.7.
  if (groups.slice(0, 6).join(':') === '0:0:0:0:0:ffff') {
    const numbers = groups.slice(6).map((group) => parseInt(group, 16));
    return fromOctets(numbers.flatMap((number) => [number >> 8, number & 255]));
  }
  return {
    network: `${groups.slice(0, 4).join(':')}::/64`,
    truncated: `${groups.slice(0, 3).join(':')}::`,
  };
}

function fromOctets(octets: number[]): ClientAddress | undefined {
  if (octets.some((octet) => octet > 255)) return undefined;
  return { network: octets.join('.'), truncated: [...octets.slice(0, 3), 0].join('.') };
}

/** The eight groups of an IPv6 address. `URL` knows every way to write one. */
function groupsOf(text: string): string[] | undefined {
  const url = `http://[${text}]`;
  if (!/^[\da-f:.]+$/i.test(text) || !URL.canParse(url)) return undefined;
  const [head = '', tail] = new URL(url).hostname.slice(1, -1).split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail ? tail.split(':') : [];
  return [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right];
}
