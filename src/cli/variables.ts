/**
 * Environment variables: which count as set, and how a setting is named by the variable that holds
 * it. It does not know which there are.
 */
import { ConfigurationError } from '../host/index.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** An empty variable counts as not set: container files often leave them so. */
export function withoutEmpty(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
}

/** "true" or "false", for what must not be misunderstood. */
export function flagFrom(env: Environment, variable: string): boolean {
  const text = env[variable] ?? 'false';
  if (text !== 'true' && text !== 'false') {
    throw new ConfigurationError(variable, 'must be "true" or "false".');
  }
  return text === 'true';
}

/** Which variable holds which option, to name the one that has to be changed. */
export type VariableNames = Readonly<Record<string, string>>;

/** Does the work; a setting that it cannot serve is named by its variable. */
export async function naming<T>(variables: VariableNames, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof ConfigurationError ? renamed(error, variables) : error;
  }
}

export function renamed(error: ConfigurationError, variables: VariableNames): ConfigurationError {
  const variable = variables[error.setting];
  if (variable === undefined) return error;
  return new ConfigurationError(variable, error.message.slice(`${error.setting}: `.length));
}
