/** The contract as a list: each line's name and who judges it, in the order in which they are told. */
import * as origins from './origin-checks.js';
import type { Seen } from './probes.js';
import * as requests from './request-checks.js';
import * as secrets from './secret-checks.js';
import type { Verdict } from './verdict.js';

type Judge = (seen: Seen) => Verdict | undefined;

/** Names are part of the output that people grep for: they do not change. */
export const checks: Readonly<Record<string, Judge>> = {
  redirect: secrets.redirect,
  size: secrets.size,
  secret: secrets.secret,
  'standard key': secrets.standardKey,
  lifetime: secrets.lifetime,
  caching: secrets.notCached,
  'new each time': secrets.newEachTime,
  'page origin': origins.pageOrigin,
  preflight: origins.preflight,
  'exposed headers': origins.exposedHeaders,
  'foreign origin': origins.foreignSecret,
  'foreign CORS': origins.foreignCors,
  'origin null': origins.nullOrigin,
  GET: requests.get,
  body: requests.unknownKeys,
  errors: requests.errors,
  limit: requests.limit,
};
