/** The element's class, the core and all types. Importing it registers nothing. */
export * from './core/index.js';
export { VoiceAgentElement } from './element/voice-agent-element.js';
export type {
  VoiceAgentEventDetails,
  VoiceAgentEventMap,
  VoiceConsentDetail,
  VoiceFeedbackDetail,
} from './element/dom-events.js';
export type { Summarize } from './core/recovery/attach-recovery.js';
export type { Dictionary, Strings } from './element/strings.js';
export type {
  CallReport,
  CallStatistics,
  ErrorHelp,
  Figures,
  ReportedError,
  Route,
  Step,
} from './core/report/attach-report.js';
export type { Guardrail, GuardrailContext, Verdict } from './core/guardrails/guardrail.js';
export type { VoiceGuardrailDetail } from './core/guardrails/guardrail-events.js';
export type { PageTool, ToolContext } from './core/tools/page-tool.js';
export type { StandardSchema } from './core/tools/standard-schema.js';
export type { JsonSchema } from './core/tools/tool-arguments.js';
export type {
  ApprovalOutcome,
  ApproveOptions,
  McpToolCallDetail,
  PageToolCallDetail,
  VoiceApprovalRequestDetail,
  VoiceHandoffDetail,
  VoiceToolCallDetail,
  VoiceToolResultDetail,
} from './core/tools/tool-events.js';
export type {
  KindPrices,
  PricedSession,
  PriceList,
  Prices,
  TranscriptionPrices,
} from './core/usage/prices.js';
export type { ExportFormat } from './core/transcript-export.js';
export type { InputTokens, TokenUsage, VoiceUsageDetail } from './core/usage/usage-events.js';
