/**
 * How icons are drawn: on a 24-unit grid, in the colour of the text beside them. The microphone is here,
 * which most bundles show; every other one stands where no bundle takes it along in vain.
 */
import { html, svg, type SVGTemplateResult, type TemplateResult } from 'lit';

export const icon = (shape: SVGTemplateResult): TemplateResult =>
  html`<svg viewBox="0 0 24 24" aria-hidden="true">${shape}</svg>`;

export const MICROPHONE = svg`<rect x="9" y="3" width="6" height="11" rx="3"/><path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3"/>`;

export const microphone = icon(MICROPHONE);
