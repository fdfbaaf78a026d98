/**
 * One try of a request to a realtime service, between OpenAI's own package and the network. It sends
 * what was meant to be sent, has only that tried again which may soon work, and reads no answer
 * without end.
 */

/** The environment may name these as well, so what a provider does not send is unset in so many words. */
export const NO_CREDENTIALS = {
  Authorization: null,
  'api-key': null,
  'OpenAI-Organization': null,
  'OpenAI-Project': null,
  'OpenAI-Safety-Identifier': null,
};

/** Not of a provider, but of HTTP. */
const PLAIN_HEADERS = ['accept', 'content-type', 'user-agent'];

/** More than a session with all its tools has, which comes back with a secret. */
const MAX_ANSWER_BYTES = 1_000_000;

export const fetchOnce: typeof fetch = async (input, init) => {
  const { status, headers, body } = await fetch(input, {
    ...init,
    headers: knownHeaders(init?.headers),
  });
  return new Response(body && counted(body), {
    status,
    headers: withoutLongWaits(status, headers),
  });
};

/**
 * The package adds whatever OPENAI_CUSTOM_HEADERS holds, which may be a secret of another service,
 * and what it knows of this machine.
 */
function knownHeaders(all: RequestInit['headers']): Headers {
  const known = new Headers();
  const from = new Headers(all);
  for (const name of [...PLAIN_HEADERS, ...Object.keys(NO_CREDENTIALS)]) {
    const value = from.get(name);
    if (value !== null) known.set(name, value);
  }
  return known;
}

/**
 * The package would sleep for as long as `Retry-After` says, up to a minute, while a visitor waits.
 * Whoever was told when to come back is told so at once; only the rest is tried again.
 */
function withoutLongWaits(status: number, headers: Headers): Headers {
  if (status !== 429 && !headers.has('retry-after') && !headers.has('retry-after-ms')) {
    return headers;
  }
  const marked = new Headers(headers);
  marked.set('x-should-retry', 'false');
  return marked;
}

/** Breaks off where the package would go on to gather it in memory. */
function counted(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let bytes = 0;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await reader.read();
        if (done) {
          controller.close();
          return;
        }
        bytes += value.byteLength;
        if (bytes > MAX_ANSWER_BYTES) {
          await reader.cancel();
          throw new Error('The answer is too large.');
        }
        controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}
