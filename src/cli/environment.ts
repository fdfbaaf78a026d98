/**
 * Environment variables as options of a token host. It reads only what it is given.
 */
import {
  ConfigurationError,
  openai,
  type OpenAIProviderOptions,
  type Provider,
  type TokenHostOptions,
} from '../host/index.js';
import type { ListenOptions } from '../host/node.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** An empty variable counts as not set: container files often leave them so. */
export function withoutEmpty(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
}

/** Which variable holds which option, to name the one that has to be changed. */
const variables: Readonly<Record<string, string>> = {
  allowedOrigins: 'VOICE_AGENT_ALLOWED_ORIGINS',
  apiKey: 'OPENAI_API_KEY',
  baseUrl: 'OPENAI_BASE_URL',
  expiresAfterSeconds: 'VOICE_AGENT_TOKEN_SECONDS',
};

/** @returns the sentence for a setting that cannot be served, with the variable's name */
export function explain(error: ConfigurationError): string {
  const variable = variables[error.setting];
  return variable ? error.message.replace(error.setting, variable) : error.message;
}

/** @throws {ConfigurationError} */
export function openaiFromEnvironment(env: Environment): Provider {
  const options: OpenAIProviderOptions = { apiKey: env.OPENAI_API_KEY ?? '' };
  if (env.OPENAI_BASE_URL) options.baseUrl = env.OPENAI_BASE_URL;
  if (env.OPENAI_ORG_ID) options.organization = env.OPENAI_ORG_ID;
  if (env.OPENAI_PROJECT_ID) options.project = env.OPENAI_PROJECT_ID;
  if (env.VOICE_AGENT_MODEL) options.model = env.VOICE_AGENT_MODEL;
  if (env.VOICE_AGENT_VOICE) options.voice = env.VOICE_AGENT_VOICE;
  if (env.VOICE_AGENT_INSTRUCTIONS) options.instructions = env.VOICE_AGENT_INSTRUCTIONS;
  if (env.VOICE_AGENT_TRANSCRIPTION) options.transcription = env.VOICE_AGENT_TRANSCRIPTION;
  if (env.VOICE_AGENT_TOKEN_SECONDS) {
    options.expiresAfterSeconds = Number(env.VOICE_AGENT_TOKEN_SECONDS);
  }
  return openai(options);
}

/** @throws {ConfigurationError} */
export function hostFromEnvironment(env: Environment): TokenHostOptions & ListenOptions {
  const anonymous = env.VOICE_AGENT_ALLOW_ANONYMOUS ?? 'false';
  if (anonymous !== 'true' && anonymous !== 'false') {
    throw new ConfigurationError('VOICE_AGENT_ALLOW_ANONYMOUS', 'must be "true" or "false".');
  }
  const provider = openaiFromEnvironment(env);
  if (anonymous === 'false') {
    throw new ConfigurationError(
      'VOICE_AGENT_ALLOW_ANONYMOUS',
      'is not "true". This command cannot tell visitors apart, so anybody could start calls at ' +
        'your cost. Set it to "true" to accept that, or give createTokenHost() an authorize function.',
    );
  }
  return {
    provider,
    allowAnonymous: true,
    allowedOrigins: (env.VOICE_AGENT_ALLOWED_ORIGINS ?? '')
      .split(',')
      .map((origin) => origin.trim())
      .filter((origin) => origin !== ''),
    port: portFrom(env.PORT),
    hostname: env.HOST ?? '0.0.0.0',
  };
}

function portFrom(text: string | undefined): number {
  const port = Number(text ?? 3000);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new ConfigurationError('PORT', 'must be a whole number from 0 to 65535.');
  }
  return port;
}
