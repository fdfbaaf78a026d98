/** The icons of the row for typing. */
import { svg } from 'lit';
import { icon } from './icons.js';

export const send = icon(svg`<path d="M12 19V5M6 11l6-6 6 6"/>`);
export const attach = icon(
  svg`<rect x="3.5" y="4.5" width="17" height="15" rx="3"/><circle cx="9" cy="10" r="1.500"/><path d="m4 17 4.500-4 3.500 3 3-2.500 5 4"/>`,
);
