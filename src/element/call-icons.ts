/** The icons that only a call shows; they come with its code. */
import { svg } from 'lit';
import { icon, MICROPHONE } from './icons.js';

export const microphoneOff = icon(svg`${MICROPHONE}<path class="strike" d="m4 4 16 16"/>`);
export const hangUp = icon(
  svg`<path d="M3.2 14.6c-.9-.9-.9-2.3 0-3.2a12.4 12.4 0 0 1 17.6 0c.9.9.9 2.3 0 3.2l-.7.7c-.5.5-1.2.6-1.8.2l-2.3-1.500c-.5-.3-.7-.9-.6-1.400l.2-1.500a11 11 0 0 0-7.2 0l.2 1.500c.1.5-.1 1.1-.6 1.400l-2.3 1.500c-.6.4-1.3.3-1.8-.2z"/>`,
);
export const speaker = icon(
  svg`<path d="M4 9.500v5h3.500L12 18.500v-13L7.5 9.500zM15.5 9a4 4 0 0 1 0 6M18 6.500a7.8 7.8 0 0 1 0 11"/>`,
);
export const stop = icon(svg`<rect x="7" y="7" width="10" height="10" rx="2"/>`);
/** To speak in place of typing; muting has the microphone alone. */
export const talk = icon(
  svg`<rect x="9.500" y="5" width="5" height="9" rx="2.500"/><path d="M7 11.500a5 5 0 0 0 10 0M12 16.500V20M4 7.500v4M20 7.500v4"/>`,
);
