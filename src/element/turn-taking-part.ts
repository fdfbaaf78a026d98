/** What the element loads when turns are not taken by voice alone. */
export { TurnTaking } from './turn-taking.js';
