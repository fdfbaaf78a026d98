/**
 * The icons that are there from the beginning, drawn on a 24-unit grid in the colour of the text beside
 * them; those of a call are in `call-icons.ts`.
 */
import { html, svg, type SVGTemplateResult, type TemplateResult } from 'lit';

export const icon = (shape: SVGTemplateResult): TemplateResult =>
  html`<svg viewBox="0 0 24 24" aria-hidden="true">${shape}</svg>`;

export const MICROPHONE = svg`<rect x="9" y="3" width="6" height="11" rx="3"/><path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3"/>`;

export const microphone = icon(MICROPHONE);
export const close = icon(svg`<path d="m6 6 12 12M18 6 6 18"/>`);

/** What the visualizer shows before there is anything to hear: a phrase, at rest. */
export const phrase = html`<svg class="phrase" viewBox="0 0 250 64" aria-hidden="true">
  <path
    d="M5 29v6M15 29v6M25 28v8M35 25v14M45 27v10M55 23v18M65 18v28M75 23v18M85 26v12M95 20v24M105 12v40M115 5v54M125 12v40M135 5v54M145 12v40M155 20v24M165 26v12M175 23v18M185 18v28M195 23v18M205 27v10M215 25v14M225 28v8M235 29v6M245 29v6"
  />
</svg>`;
