/** The icons, drawn on a 24-unit grid in the colour of the text beside them. */
import { html, svg, type SVGTemplateResult, type TemplateResult } from 'lit';

const icon = (shape: SVGTemplateResult): TemplateResult =>
  html`<svg viewBox="0 0 24 24" aria-hidden="true">${shape}</svg>`;

const MICROPHONE = svg`<rect x="9" y="3" width="6" height="11" rx="3"/><path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3"/>`;

export const microphone = icon(MICROPHONE);
export const microphoneOff = icon(svg`${MICROPHONE}<path class="strike" d="m4 4 16 16"/>`);
export const hangUp = icon(
  svg`<path d="M3.2 14.6c-.9-.9-.9-2.3 0-3.2a12.4 12.4 0 0 1 17.6 0c.9.9.9 2.3 0 3.2l-.7.7c-.5.5-1.2.6-1.8.2l-2.3-1.500c-.5-.3-.7-.9-.6-1.400l.2-1.500a11 11 0 0 0-7.2 0l.2 1.500c.1.5-.1 1.1-.6 1.400l-2.3 1.500c-.6.4-1.3.3-1.8-.2z"/>`,
);
export const close = icon(svg`<path d="m6 6 12 12M18 6 6 18"/>`);
export const speaker = icon(
  svg`<path d="M4 9.500v5h3.500L12 18.500v-13L7.5 9.500zM15.5 9a4 4 0 0 1 0 6M18 6.500a7.8 7.8 0 0 1 0 11"/>`,
);

export const send = icon(svg`<path d="M12 19V5M6 11l6-6 6 6"/>`);
export const stop = icon(svg`<rect x="7" y="7" width="10" height="10" rx="2"/>`);

/** What the visualizer shows before there is anything to hear: a phrase, at rest. */
export const phrase = html`<svg class="phrase" viewBox="0 0 250 64" aria-hidden="true">
  <path
    d="M5 29v6M15 29v6M25 28v8M35 25v14M45 27v10M55 23v18M65 18v28M75 23v18M85 26v12M95 20v24M105 12v40M115 5v54M125 12v40M135 5v54M145 12v40M155 20v24M165 26v12M175 23v18M185 18v28M195 23v18M205 27v10M215 25v14M225 28v8M235 29v6M245 29v6"
  />
</svg>`;
