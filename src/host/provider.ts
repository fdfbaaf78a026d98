/**
 * What a host asks of a realtime service: secrets, and calls where it can place them itself. Each
 * service is one small file beside this one; how visitors are judged is none of its business.
 */
import type { SessionFields } from './session-fields.js';

export interface Provider {
  /** Told to the page as `provider`. */
  readonly name: string;
  /** True where a secret costs nothing: such a host may run open without saying so. */
  readonly free?: boolean;
  /**
   * For a service that knows less than a session can hold: refuses an agent's session that it could
   * not be told. Asked once for each agent, while the host is made.
   *
   * @throws {ConfigurationError} naming the field within `setting`
   */
  check?(session: SessionFields, setting: string): void;
  /**
   * One fresh client secret that carries the whole session configuration.
   *
   * @throws {HostProblem} one of the `provider-…` codes, `rate-limited` or `quota-exceeded`
   */
  mint(request: MintRequest): Promise<ClientSecret>;
  /** Without it there is no relay mode with this service. */
  readonly calls?: CallService;
}

/** Calls that the host places, and so can end. */
export interface CallService {
  /**
   * A call for the page's offer, with the whole session configuration. It is tried once: of a call
   * whose answer was lost nobody would know.
   *
   * @throws {HostProblem} as `mint` does
   */
  create(request: CallRequest): Promise<PlacedCall>;
  /**
   * Resolves when the call is over, also where it was already.
   *
   * @throws {HostProblem} one of the `provider-…` codes, or `rate-limited`
   */
  hangUp(id: string, signal: AbortSignal): Promise<void>;
  /**
   * Where a server joins a live call beside its page, and how it shows who it is. Asked for each try.
   * Without it, agents that hand over are refused in relay mode.
   */
  sideband?(id: string): SidebandAddress | Promise<SidebandAddress>;
}

export interface SidebandAddress {
  /** `wss:`, or `ws:` on this very machine. */
  readonly url: string;
  /** The credential. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface CallRequest extends MintRequest {
  /** The page's SDP offer. */
  readonly sdp: string;
}

export interface PlacedCall {
  /** The service's SDP answer; empty where there is a call and its answer is lost: it is ended. */
  readonly sdp: string;
  /** The service's name for the call: 1 to 100 letters, digits, _ and -. */
  readonly id: string;
  /** The service keeps most events from the page, which is told so. */
  readonly isFiltered?: boolean;
}

export interface MintRequest {
  /** Whom `authorize` recognised; `null` for an anonymous visitor. */
  readonly identity: string | null;
  /** The token request's query. Only the local service's provider looks at it. */
  readonly query: URLSearchParams;
  /** What the chosen agent sets, to go over the provider's own session. */
  readonly session?: SessionFields;
  /** Aborted when the visitor goes away or time is up. */
  readonly signal: AbortSignal;
}

/** What the page is given. Of the session nothing but its model: its instructions stay on the server. */
export interface ClientSecret {
  readonly value: string;
  /** Epoch seconds. */
  readonly expires_at?: number;
  /** Where the page sends its offer. */
  readonly calls_url: string;
  /** For a page that falls back to a WebSocket, whose address names the model. */
  readonly session?: { readonly model: string };
}
