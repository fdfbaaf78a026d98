/**
 * Environment variables as options of a token host. It reads only what it is given.
 */
import { ConfigurationError, type LimitOptions, type TokenHostOptions } from '../host/index.js';
import type { ListenOptions } from '../host/node.js';
import { agentsFromEnvironment } from './config-file.js';
import { serviceFromEnvironment } from './realtime-service.js';
import { flagFrom, renamed, type Environment } from './variables.js';

const variables = {
  allowedOrigins: 'VOICE_AGENT_ALLOWED_ORIGINS',
  'limits.dailyBudget': 'VOICE_AGENT_DAILY_BUDGET',
  redisUrl: 'REDIS_URL',
  trustedProxies: 'VOICE_AGENT_TRUSTED_PROXIES',
};

/** @returns the sentence for a setting that cannot be served, with the variable's name */
export function explain(error: ConfigurationError): string {
  return renamed(error, variables).message;
}

export interface HostSettings {
  readonly options: TokenHostOptions & ListenOptions & { limits: LimitOptions };
  /** What it mints from, in words. */
  readonly mintingFrom: string;
}

/** @throws {ConfigurationError} */
export async function hostFromEnvironment(env: Environment): Promise<HostSettings> {
  const anonymous = flagFrom(env, 'VOICE_AGENT_ALLOW_ANONYMOUS');
  const service = await serviceFromEnvironment(env);
  if (!service) {
    throw new ConfigurationError(
      'OPENAI_API_KEY',
      'is missing. Set it, or AZURE_OPENAI_ENDPOINT for Azure OpenAI, or ' +
        'VOICE_AGENT_REALTIME_URL for a service that is compatible.',
    );
  }
  if (!anonymous) {
    throw new ConfigurationError(
      'VOICE_AGENT_ALLOW_ANONYMOUS',
      'is not "true". This command cannot tell visitors apart, so anybody could start calls at ' +
        'your cost. Set it to "true" to accept that, or give createTokenHost() an authorize function.',
    );
  }
  const agents = await agentsFromEnvironment(env);
  const options = {
    ...(agents && { agents }),
    provider: service.provider,
    allowAnonymous: true,
    allowedOrigins: (env.VOICE_AGENT_ALLOWED_ORIGINS ?? '')
      .split(',')
      .map((origin) => origin.trim())
      .filter((origin) => origin !== ''),
    ...(env.VOICE_AGENT_TRUSTED_PROXIES && {
      trustedProxies: Number(env.VOICE_AGENT_TRUSTED_PROXIES),
    }),
    limits: limitsFrom(env),
    port: portFrom(env.PORT),
    hostname: env.HOST ?? '0.0.0.0',
  };
  return { options, mintingFrom: service.name };
}

function limitsFrom({ VOICE_AGENT_DAILY_BUDGET: budget }: Environment): LimitOptions {
  return budget === undefined ? {} : { dailyBudget: Number(budget) };
}

function portFrom(text: string | undefined): number {
  const port = Number(text ?? 3000);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new ConfigurationError('PORT', 'must be a whole number from 0 to 65535.');
  }
  return port;
}
