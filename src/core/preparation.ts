/**
 * What a call has ready before it starts: at most one client secret and one connection with its
 * offer, each given away once. It asks the visitor for nothing and starts nothing.
 */
import { isMicrophoneDenied } from '../media/microphone.js';
import type { ClientSecret } from './client-secret.js';
import { Connection } from './connection.js';
import { SecretKeeper } from './secret-keeper.js';
import type { TokenSource } from './token-source.js';

/** A connection that was made ahead goes stale with the network it was made on. */
const KEPT_FOR_MS = 30_000;

export class Preparation {
  readonly #secrets: SecretKeeper;
  readonly #iceServers: RTCIceServer[] | undefined;
  #connection: Connection | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(tokenSource: TokenSource, iceServers: RTCIceServer[] | undefined) {
    this.#secrets = new SecretKeeper(tokenSource);
    this.#iceServers = iceServers;
  }

  /** @throws {VoiceError} `unsupported` */
  async warm(): Promise<void> {
    if (!this.#connection) {
      this.#connection = new Connection(this.#iceServers);
      this.#timer = setTimeout(() => this.takeConnection().close(), KEPT_FOR_MS);
    }
    if (!(await isMicrophoneDenied())) await this.#secrets.warm();
  }

  /** A secret is there, or on its way. */
  get isWarm(): boolean {
    return this.#secrets.isWarm;
  }

  takeSecret(signal: AbortSignal): Promise<ClientSecret> {
    return this.#secrets.take(signal);
  }

  /** The connection that was made ahead, or a new one. @throws {VoiceError} `unsupported` */
  takeConnection(): Connection {
    clearTimeout(this.#timer);
    const connection = this.#connection ?? new Connection(this.#iceServers);
    this.#connection = undefined;
    return connection;
  }

  /** Forgets the secret and closes the connection. */
  drop(): void {
    this.#secrets.drop();
    clearTimeout(this.#timer);
    this.#connection?.close();
    this.#connection = undefined;
  }
}
