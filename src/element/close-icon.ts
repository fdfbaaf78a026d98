import { svg } from 'lit';
import { icon } from './icons.js';

/** Takes something away. */
export const close = icon(svg`<path d="m6 6 12 12M18 6 6 18"/>`);
