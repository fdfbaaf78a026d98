/** What the element loads where the page has prices. */
export { estimate } from '../core/usage/prices.js';
