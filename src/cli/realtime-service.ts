/**
 * The realtime service that environment variables choose, as a provider of secrets and in words. It
 * reads only what it is given, and knows nothing of the local service.
 */
import {
  azure,
  azurePreview,
  compatible,
  ConfigurationError,
  entraToken,
  openai,
  type AzurePreviewRegion,
  type Provider,
} from '../host/index.js';
import { flagFrom, naming, type Environment, type VariableNames } from './variables.js';

export interface RealtimeService {
  readonly provider: Provider;
  /** For people who read one line. */
  readonly name: string;
  readonly model: string;
  /** Origin that the page sends its offer to. */
  readonly connectTo: string;
}

/** Each service by the variable that chooses it. */
const services = {
  OPENAI_API_KEY: openaiFrom,
  AZURE_OPENAI_ENDPOINT: azureFrom,
  VOICE_AGENT_REALTIME_URL: compatibleFrom,
};
const choosing = Object.keys(services) as (keyof typeof services)[];

/**
 * Undefined where no variable chooses one.
 *
 * @throws {ConfigurationError} naming the variable at fault
 */
export async function serviceFromEnvironment(
  env: Environment,
): Promise<RealtimeService | undefined> {
  const chosen = choosing.filter((variable) => env[variable] !== undefined);
  const [variable] = chosen;
  if (variable === undefined) return undefined;
  if (chosen.length > 1) {
    throw new ConfigurationError(
      chosen.join(' and '),
      'each choose another service. Keep the one that calls are to go to.',
    );
  }
  // Who believes that events are filtered must not find out later that they were not.
  if (flagFrom(env, EVENT_FILTER) && variable !== 'AZURE_OPENAI_ENDPOINT') {
    throw new ConfigurationError(EVENT_FILTER, `is for Azure OpenAI alone, not for ${variable}.`);
  }
  if (env[PREVIEW_REGION] !== undefined && variable !== 'AZURE_OPENAI_ENDPOINT') {
    throw new ConfigurationError(PREVIEW_REGION, `is for Azure OpenAI alone, not for ${variable}.`);
  }
  return await services[variable](env);
}

const EVENT_FILTER = 'VOICE_AGENT_EVENT_FILTER';
const PREVIEW_REGION = 'AZURE_OPENAI_PREVIEW_REGION';

const common: VariableNames = { expiresAfterSeconds: 'VOICE_AGENT_TOKEN_SECONDS' };

function sessionFrom(env: Environment) {
  return {
    voice: env.VOICE_AGENT_VOICE,
    instructions: env.VOICE_AGENT_INSTRUCTIONS,
    transcription: env.VOICE_AGENT_TRANSCRIPTION,
    expiresAfterSeconds: env.VOICE_AGENT_TOKEN_SECONDS
      ? Number(env.VOICE_AGENT_TOKEN_SECONDS)
      : undefined,
  };
}

async function openaiFrom(env: Environment): Promise<RealtimeService> {
  const { VOICE_AGENT_MODEL: model = 'gpt-realtime-2.1' } = env;
  const { OPENAI_BASE_URL: baseUrl = 'https://api.openai.com/v1' } = env;
  const variables = {
    ...common,
    apiKey: 'OPENAI_API_KEY',
    baseUrl: 'OPENAI_BASE_URL',
    organization: 'OPENAI_ORG_ID',
    project: 'OPENAI_PROJECT_ID',
  };
  const provider = await naming(variables, () =>
    openai({
      ...sessionFrom(env),
      apiKey: env.OPENAI_API_KEY ?? '',
      baseUrl,
      organization: env.OPENAI_ORG_ID,
      project: env.OPENAI_PROJECT_ID,
      model,
    }),
  );
  return { provider, name: 'OpenAI', model, connectTo: new URL(baseUrl).origin };
}

const ofResource: VariableNames = {
  endpoint: 'AZURE_OPENAI_ENDPOINT',
  deployment: 'AZURE_OPENAI_DEPLOYMENT',
  apiKey: 'AZURE_OPENAI_API_KEY',
  credential: 'AZURE_OPENAI_API_KEY',
  scope: 'AZURE_OPENAI_SCOPE',
};

async function azureFrom(env: Environment): Promise<RealtimeService> {
  const { AZURE_OPENAI_ENDPOINT: endpoint = '', AZURE_OPENAI_DEPLOYMENT: deployment = '' } = env;
  const resource = { endpoint, deployment };
  if (env[PREVIEW_REGION] !== undefined) return await azurePreviewFrom(env, resource);
  const eventFilter = flagFrom(env, EVENT_FILTER);
  const provider = await naming({ ...common, ...ofResource }, () =>
    authenticated(env, (credential) =>
      azure({ ...sessionFrom(env), ...resource, eventFilter, ...credential }),
    ),
  );
  return { provider, name: 'Azure OpenAI', model: deployment, connectTo: new URL(endpoint).origin };
}

async function azurePreviewFrom(
  env: Environment,
  resource: { endpoint: string; deployment: string },
): Promise<RealtimeService> {
  if (flagFrom(env, EVENT_FILTER)) {
    throw new ConfigurationError(
      EVENT_FILTER,
      `is unknown to the preview. Unset ${PREVIEW_REGION}.`,
    );
  }
  const region = env[PREVIEW_REGION] as AzurePreviewRegion;
  const variables = {
    ...common,
    ...ofResource,
    region: PREVIEW_REGION,
    apiVersion: 'AZURE_OPENAI_API_VERSION',
  };
  const provider = await naming(variables, () =>
    authenticated(env, (credential) =>
      azurePreview({
        ...sessionFrom(env),
        ...resource,
        region,
        apiVersion: env.AZURE_OPENAI_API_VERSION,
        ...credential,
      }),
    ),
  );
  const connectTo = `https://${region}.realtimeapi-preview.ai.azure.com`;
  return { provider, name: 'the Azure OpenAI preview', model: resource.deployment, connectTo };
}

type Credential = { apiKey: string } | { credential: () => Promise<string> };

/** With the key, or else with Microsoft Entra ID. */
async function authenticated(
  env: Environment,
  make: (credential: Credential) => Provider,
): Promise<Provider> {
  const apiKey = env.AZURE_OPENAI_API_KEY;
  if (apiKey !== undefined) return make({ apiKey });
  // What else is wrong is said before anybody installs a package.
  make({ credential: () => Promise.resolve('') });
  return make({ credential: await entraToken({ scope: env.AZURE_OPENAI_SCOPE }) });
}

async function compatibleFrom(env: Environment): Promise<RealtimeService> {
  const { VOICE_AGENT_REALTIME_URL: baseUrl = '', VOICE_AGENT_MODEL: model = '' } = env;
  const variables = {
    ...common,
    baseUrl: 'VOICE_AGENT_REALTIME_URL',
    apiKey: 'VOICE_AGENT_REALTIME_KEY',
    model: 'VOICE_AGENT_MODEL',
  };
  const provider = await naming(variables, () =>
    compatible({ ...sessionFrom(env), baseUrl, apiKey: env.VOICE_AGENT_REALTIME_KEY, model }),
  );
  const { origin } = new URL(baseUrl);
  return { provider, name: origin, model, connectTo: origin };
}
