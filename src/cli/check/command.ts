/**
 * `voice-agent check`: turns the words typed into one try of a token host, and prints what it found.
 * Wrong words are told apart from a wrong host: they throw.
 */
import { CommandError } from '../command-error.js';
import { checkHost } from './check-host.js';

export interface CheckWords {
  url: string | undefined;
  origin?: string | undefined;
  /** Each `Name: value`. */
  header?: string[] | undefined;
  limit?: boolean | undefined;
}

/** Set by the check itself; another value would make it judge a request that no page sends. */
const ownHeaders = ['accept', 'content-type', 'host', 'origin', 'sec-fetch-site'];

/**
 * @returns whether nothing that is required failed
 * @throws {CommandError} with exit code 2 for what cannot be asked
 */
export async function check({ url, origin, header = [], limit = false }: CheckWords) {
  const options = { url: addressFrom(url), headers: headersFrom(header), limit };
  const { lines, passed } = await checkHost({
    ...options,
    ...(origin !== undefined && { origin: originFrom(origin) }),
  });
  for (const line of lines) console.log(line);
  return passed;
}

function addressFrom(text: string | undefined): string {
  if (text === undefined) throw wrong('Which address? For example: https://shop.example/token');
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password) {
    throw wrong('The address must be http or https, without user and password.');
  }
  return url.href;
}

function originFrom(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.origin !== text) {
    throw wrong(
      `--origin takes an origin as browsers write it: ${url?.origin ?? 'https://shop.example'}`,
    );
  }
  return text;
}

function headersFrom(lines: readonly string[]): Headers {
  const headers = new Headers();
  for (const line of lines) {
    const [, name = '', value = ''] = /^([^:\s]+):\s*(.+)$/.exec(line) ?? [];
    try {
      headers.append(name, value);
    } catch {
      // Not quoted: it may be a password.
      throw wrong('--header takes "Name: value".');
    }
    if (ownHeaders.includes(name.toLowerCase())) throw wrong(`--header cannot set ${name}.`);
  }
  return headers;
}

function wrong(sentence: string): CommandError {
  return new CommandError(sentence, 2);
}
