/**
 * Where the calls are kept that a host has to end. It says what a table of them promises, and knows
 * neither the realtime service nor where a table lives.
 */

/** `host-closed`: its host ended, and no other one knew of the call. */
export type EndCause = 'page' | 'max-duration' | 'replaced' | 'host-closed';

export interface NewCall {
  /** The service's name for it. */
  readonly id: string;
  /** Whose it is: a digest, for a table may be shared and looked at. `null`: an anonymous visitor's. */
  readonly visitor: string | null;
  /** In ms from now it is due to be ended. */
  readonly maxMs: number;
}

/** A call as it is given to the one host that is to end it. */
export interface LiveCall extends Pick<NewCall, 'id' | 'visitor'> {
  /** Epoch ms. */
  readonly startedAt: number;
  readonly cause: EndCause;
  /** How often it was given to a host, this time included. */
  readonly tries: number;
}

export interface Due {
  readonly calls: readonly LiveCall[];
  /** In so many ms there may be more. Missing where nothing is left that could become due. */
  readonly nextInMs?: number;
}

/**
 * Who is given a call has it alone for `leaseMs`. If it is still in the table then, it is due again:
 * the host died, or could not end it, and the next one tries.
 */
export interface CallTable {
  /**
   * Takes a place for a call that is about to begin; `false` where all `total` are taken. Whoever
   * has so many calls that the oldest of them will have to go gets one in any case.
   * An own place that is not used is free again after `PLACE_MS`.
   */
  reserve(place: string, visitor: string | null, room: Room): Promise<boolean>;
  /** Puts the call into its place, and gives the visitor's calls that are one too many, oldest first. */
  begin(place: string, call: NewCall, perVisitor: number): Promise<readonly LiveCall[]>;
  /** Gives a call to end at once. `ending`: another one has it; `unknown`: also where it is not that visitor's. */
  claim(id: string, visitor: string | null): Promise<LiveCall | 'ending' | 'unknown'>;
  /** Gives the calls whose time is up. */
  claimDue(): Promise<Due>;
  /** Gives those that nobody would end after this host. */
  claimRest(): Promise<readonly LiveCall[]>;
  /** Forgets a call that is over, or a place. */
  remove(entry: Pick<NewCall, 'id' | 'visitor'>): Promise<void>;
}

export interface Room {
  readonly total: number;
  readonly perVisitor: number;
}

/** Longer than placing a call may take. */
export const PLACE_MS = 15_000;

/** The first one is longer than a try takes, and so is the pause after it. Each is twice the one before. */
export const FIRST_LEASE_MS = 5_000;
export const LONGEST_LEASE_MS = 60_000;

export function leaseMs(tries: number): number {
  return Math.min(LONGEST_LEASE_MS, FIRST_LEASE_MS * 2 ** (tries - 1));
}
