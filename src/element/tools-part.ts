/** What the element loads when the agent may use tools. */
export { PageTools } from './page-tools.js';
