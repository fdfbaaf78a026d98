/** What the element loads for a page whose host places the calls. */
export { relay } from '../core/relay.js';
