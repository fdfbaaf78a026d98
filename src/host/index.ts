/**
 * `voice-agent-element/host`: the token host and the relay host as functions from `Request` to
 * `Response`. Importing it does nothing, and it needs nothing of Node: the server for that is in
 * `node.ts`.
 */
export type { AgentMcpServer, AgentOptions, AgentTool } from './agent-options.js';
export type { VariableOptions } from './agent-variables.js';
export {
  azurePreview,
  type AzurePreviewProviderOptions,
  type AzurePreviewRegion,
} from './azure-preview-provider.js';
export { azure, type AzureProviderOptions } from './azure-provider.js';
export type { Peer } from './client-address.js';
export { compatible, type CompatibleProviderOptions } from './compatible-provider.js';
export { ConfigurationError } from './configuration-error.js';
export { entraToken, type EntraTokenOptions } from './entra-token.js';
export type { CallLogEntry, HandoffLogEntry, LogEntry } from './host-log.js';
export type { LimitOptions } from './limits.js';
export type { CallTable, Due, EndCause, LiveCall, NewCall, Room } from './live-calls.js';
export { local, type LocalProviderOptions } from './local-provider.js';
export { openai, type OpenAIProviderOptions } from './openai-provider.js';
export { HostProblem, type ProblemCode, type ProblemDetails } from './problem.js';
export type {
  CallRequest,
  CallService,
  ClientSecret,
  MintRequest,
  PlacedCall,
  Provider,
  SidebandAddress,
} from './provider.js';
export type { RateRule, RateStore } from './rate-store.js';
export { createRelayHost, type RelayHost, type RelayHostOptions } from './relay-host.js';
export type { SessionFields } from './session-fields.js';
export { createTokenHost, type TokenHost, type TokenHostOptions } from './token-host.js';
