// A client event or a session that breaks a rule. It becomes an `error` event on the channel, and a
// 400 over HTTP.

export class ProtocolError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly param: string | null = null,
  ) {
    super(message);
  }
}
