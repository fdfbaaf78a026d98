/** The events that tools add to those of a call, and their details; the element passes them on. */

/** `voice-tool-call`: the agent calls a function of the page, which runs now. Cancelable. */
export interface PageToolCallDetail {
  readonly kind: 'tool';
  /** The service's id of the request. */
  readonly id: string;
  readonly name: string;
  /** As the agent sent them: an object that fits the tool's JSON Schema. */
  readonly arguments: unknown;
  /**
   * Answers in place of the tool's `execute`: with a value, or a promise of one. It must be called
   * before the listener returns; who cannot yet calls `preventDefault()` and answers later. The first
   * answer counts, and the tool's timeout holds.
   */
  readonly respond: (output: unknown) => void;
  /** Aborts as that of the tool's `execute` does: after the timeout, at the end, at an interruption. */
  readonly signal: AbortSignal;
}

/** `voice-tool-call`: the service calls a tool of a remote MCP server. It cannot be canceled. */
export interface McpToolCallDetail {
  readonly kind: 'mcp';
  readonly id: string;
  readonly name: string;
  /** The server's label in the session. */
  readonly server: string;
  /** As the agent sent them: usually an object; a string where it is no JSON. */
  readonly arguments: unknown;
}

export type VoiceToolCallDetail = PageToolCallDetail | McpToolCallDetail;

/** `voice-tool-result`: once for each request that was answered, also for one that was refused. */
export interface VoiceToolResultDetail {
  readonly kind: 'tool' | 'mcp';
  readonly id: string;
  readonly name: string;
  /** What the agent was told. */
  readonly output?: string | undefined;
  /** Why it failed, in the words that the agent was told. */
  readonly error?: string | undefined;
  /** From the request to the result, with the time for the visitor's consent. */
  readonly durationMs: number;
}

export type ApprovalOutcome = 'approved' | 'denied' | 'expired';

/** `voice-approval-request`: the visitor is to say whether a tool may run. Silence is a no. */
export interface VoiceApprovalRequestDetail {
  readonly kind: 'tool' | 'mcp';
  readonly id: string;
  readonly name: string;
  /** The label of the remote MCP server. */
  readonly server?: string | undefined;
  /** A copy of what the tool would get. */
  readonly arguments: unknown;
  /** Of `approve` and `deny` the first counts; after the end of the call neither does. */
  readonly approve: (options?: ApproveOptions) => void;
  /** @param reason for the agent, in words */
  readonly deny: (reason?: string) => void;
  /** Resolves with what became of it, so that a question on screen can go. */
  readonly decided: Promise<ApprovalOutcome>;
}

export interface ApproveOptions {
  /** The visitor is not asked for this tool again in this call. */
  readonly forCall?: boolean | undefined;
}

/** `voice-handoff`: another agent of the host has taken over. */
export interface VoiceHandoffDetail {
  /** The names of the agents; `default` is that of a page which names none. */
  readonly from: string;
  readonly to: string;
  /** How visitors are told of the new one. */
  readonly label: string;
}

/** Names and details of all events of tools. */
export interface ToolEventDetails {
  'voice-tool-call': VoiceToolCallDetail;
  'voice-tool-result': VoiceToolResultDetail;
  'voice-approval-request': VoiceApprovalRequestDetail;
  'voice-handoff': VoiceHandoffDetail;
}

declare module '../call-events.js' {
  // A call sends them, too, once it has what this file is about.
  interface CallEventDetails extends ToolEventDetails {}
}
