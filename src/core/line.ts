/**
 * One line to the service: a client secret, a connection, and the session at its other end. It knows
 * neither microphone nor loudspeaker, and a call may have more than one, one after the other.
 */
import { until, within } from './abort.js';
import type { CallOptions } from './call-options.js';
import type { ConnectStep } from './call-state.js';
import { postOffer, type Answer } from './negotiate.js';
import type { ClientEvent, ServerEvent } from './protocol.js';
import type { Supplies } from './supplies.js';
import type { ConnectionHandlers, Exchange, Transport } from './transport.js';
import { VoiceError, type VoiceErrorCode } from './voice-error.js';

/** Secret, offer, route and channel together. The visitor's own time at the prompt is not counted. */
const CONNECT_TIMEOUT_MS = 25_000;

/** From the open channel to the service's first event. */
const SESSION_TIMEOUT_MS = 5_000;

export interface LineHandlers extends ConnectionHandlers {
  readonly onReady: (step: ConnectStep) => void;
}

export interface LineOptions extends Omit<CallOptions, 'tokenSource'> {
  readonly supplies: Supplies;
  readonly handlers: LineHandlers;
}

export class Line {
  /** There from `connect` on. */
  connection: Transport | undefined;
  /** What the negotiation brought. */
  answer: Answer | undefined;
  /** The first event of the session, as soon as it is there. */
  session: ServerEvent | undefined;

  readonly #options: LineOptions;
  readonly #opened = Promise.withResolvers<undefined>();
  /** Translates for a service that speaks the beta's dialect, or says little. */
  #dialect: Dialect | undefined;

  /** Opens nothing. */
  constructor(options: LineOptions) {
    this.#options = options;
  }

  /**
   * Resolves when the service can be talked to.
   * @param onConnection a connection is there, unconnected yet; it may be replaced
   * @throws {VoiceError} `token-…`, `negotiation-rejected`, `network-blocked`, `connection-lost`,
   *   `server-error`; or the signal's reason. The caller closes the line.
   */
  async connect(callerSignal: AbortSignal, onConnection?: (connection: Transport) => void) {
    const { supplies, handlers } = this.#options;
    const signal = within(CONNECT_TIMEOUT_MS, callerSignal);
    const failed = failing(callerSignal);
    const use = (connection: Transport) => {
      this.connection?.close();
      this.connection = connection;
      onConnection?.(connection);
      return connection;
    };
    // Asked for before the peer connection is made, which keeps the page busy for some 15 ms.
    const asked = supplies.secret(signal);
    asked.catch(() => undefined);
    signal.throwIfAborted();
    let connection = use(supplies.connection());
    const secret = await asked.catch(failed('token-unreachable', 'The token source failed.'));
    handlers.onReady('token');
    // Whoever heard that may have ended the call.
    signal.throwIfAborted();
    // An offer made ahead does not know the servers that come with the secret.
    if (secret.iceServers?.length) connection = use(supplies.connection(secret.iceServers));
    const watching = {
      ...handlers,
      onEvent: (event: ServerEvent) => {
        for (const one of this.#dialect?.toGa(event) ?? [event]) {
          this.session ??= one;
          handlers.onEvent(one);
        }
        this.#opened.resolve(undefined);
      },
    };
    const exchange = this.#exchange(signal, failed);
    await connection
      .connect(exchange, watching, signal, secret, use)
      .catch(failed('network-blocked', 'A firewall may block UDP.'));
    // A filter keeps session events from the page: there the open channel is all there is.
    if (!this.answer?.isFiltered) {
      const session = until(within(SESSION_TIMEOUT_MS, callerSignal), this.#opened.promise);
      await session.catch(failed('server-error', 'The service opened no session.'));
    }
    handlers.onReady('connection');
  }

  #exchange(signal: AbortSignal, failed: Failing): Exchange {
    const { callsUrl, negotiate = postOffer(callsUrl), handlers } = this.#options;
    return async (offer, secret) => {
      this.answer = await negotiate(offer, secret, signal).catch(
        failed('negotiation-rejected', 'The negotiation failed.'),
      );
      const part = this.answer.isFiltered
        ? import('./filtered-events.js')
        : secret.provider === 'azure-preview' && import('./preview-events.js');
      if (part) this.#dialect = (await until(signal, part)).dialect(handlers.onEvent);
      return this.answer.sdp;
    };
  }

  /** @throws what the connection throws */
  send(event: ClientEvent): void {
    this.connection?.send(this.#dialect?.toBeta(event) ?? event);
  }

  /** To be called once, at any time. */
  close(): void {
    this.connection?.close();
    this.#dialect?.close();
    this.answer?.hangUp?.();
  }
}

/** Between what the service sends and takes, and GA's events. */
interface Dialect {
  toGa(event: ServerEvent): Iterable<ServerEvent>;
  toBeta(event: ClientEvent): ClientEvent;
  /** It says nothing by itself from now on. */
  close(): void;
}

type Failing = ReturnType<typeof failing>;

/** Makes handlers that throw a `VoiceError`, or why the caller has stopped. */
const failing =
  (signal: AbortSignal) =>
  (code: VoiceErrorCode, message: string) =>
  (error: unknown): never => {
    signal.throwIfAborted();
    throw VoiceError.from(error, code, message);
  };
