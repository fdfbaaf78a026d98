/** The icons of what is asked after a call. */
import { html, svg } from 'lit';
import { icon } from './icons.js';

const thumb = svg`<path d="M7.500 11v8.500H4.500V11zM7.500 11l3.700-7.200c1.500-.2 2.500 1.100 2.200 2.500L12.600 10h5.200c1.400 0 2.400 1.300 2 2.600l-1.500 5.300c-.3 1-1.100 1.600-2.100 1.600H7.500"/>`;

export const thumbUp = icon(thumb);
export const thumbDown = html`<svg viewBox="0 0 24 24" aria-hidden="true">
  <g transform="matrix(1 0 0 -1 0 24)">${thumb}</g>
</svg>`;
