/** What the element loads when the agent may use tools. */
export { attachTools } from '../core/tools/attach-tools.js';
export { followWebMcp } from '../core/tools/web-mcp.js';
export { approvalCards } from './approval-view.js';
