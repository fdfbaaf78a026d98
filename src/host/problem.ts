/**
 * Every refusal that a host can give: one closed list of codes, each with its status and its
 * sentence. It knows no request and no provider, and it holds no text that came from outside.
 */

/** The part of the contract that clients may rely on: codes do not change, titles may. */
const problems = {
  'bad-request': [400, 'The request cannot be read.'],
  'body-not-json': [400, 'The body must be empty or one JSON object.'],
  'body-not-offer': [400, 'The body holds no SDP offer.'],
  'body-unknown-key': [400, 'The body holds a key that this host does not know.'],
  'agent-unknown': [400, 'This host has no agent of that name.'],
  'variable-invalid': [400, 'A variable is unknown, missing, too long or of another type.'],
  'handoff-unknown': [400, 'That agent does not hand over to one of that name.'],
  unauthorized: [401, 'This visitor may not start a call.'],
  'origin-not-allowed': [403, 'This host does not serve that origin.'],
  'host-not-allowed': [403, 'This server answers under its loopback names only.'],
  'not-found': [404, 'There is nothing at this address.'],
  'call-unknown': [404, 'This visitor has no such call.'],
  'method-not-allowed': [405, 'This address does not take that method.'],
  'body-timeout': [408, 'The body did not arrive in time.'],
  'body-too-large': [413, 'The body is too large.'],
  'body-not-plain-json': [415, 'A body must be sent as application/json, not compressed.'],
  'body-not-plain-offer': [415, 'Send an offer as application/sdp or in JSON, not compressed.'],
  'rate-limited': [429, 'Too many calls were started. Try again later.'],
  'quota-exceeded': [429, 'The quota for calls is used up.'],
  internal: [500, 'The token host failed.'],
  'provider-credentials': [502, 'The realtime service does not accept this host’s credentials.'],
  'provider-refused': [502, 'The realtime service refused the request.'],
  'provider-error': [502, 'The realtime service failed.'],
  'provider-invalid': [502, 'The realtime service gave an answer that cannot be used.'],
  'provider-unreachable': [502, 'The realtime service cannot be reached.'],
  'provider-unavailable': [503, 'The realtime service is not available now.'],
  'too-busy': [503, 'Too many calls are being started at this moment. Try again.'],
  'too-many-calls': [503, 'As many calls as this host may hold are under way. Try again later.'],
  'authorize-failed': [503, 'Whether this visitor may start a call could not be found out.'],
  'provider-timeout': [504, 'The realtime service did not answer in time.'],
} as const satisfies Record<string, readonly [status: number, title: string]>;

export type ProblemCode = keyof typeof problems;

export const problemCodes = Object.keys(problems) as readonly ProblemCode[];

export interface ProblemDetails {
  /** Seconds, for `Retry-After`. */
  retryAfter?: number;
  /** Methods, for `Allow`. */
  allow?: string;
  /** The limit that refused, for the log. Never sent to a visitor. */
  limit?: string;
  /** What the log may know of the service's answer. Never sent to a visitor. */
  upstream?: { readonly status?: number; readonly code?: string };
}

/** Thrown anywhere while a request is handled; becomes `application/problem+json` (RFC 9457). */
export class HostProblem extends Error {
  override readonly name = 'HostProblem';
  readonly code: ProblemCode;
  readonly status: number;
  readonly details: ProblemDetails;

  constructor(code: ProblemCode, details: ProblemDetails = {}) {
    const [status, title] = problems[code];
    super(title);
    this.code = code;
    this.status = status;
    this.details = details;
  }

  toResponse(headers: Headers = new Headers()): Response {
    const { code, status, message: title } = this;
    const { retryAfter, allow } = this.details;
    headers.set('content-type', 'application/problem+json');
    if (retryAfter !== undefined) headers.set('retry-after', String(retryAfter));
    if (allow !== undefined) headers.set('allow', allow);
    const body = JSON.stringify({ type: 'about:blank', title, status, code });
    return new Response(body, { status, headers });
  }
}
