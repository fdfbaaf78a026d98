/** What is drawn before anybody has talked, and hardly anywhere else. */
import { html } from 'lit';

/** What the visualizer shows before there is anything to hear: a phrase, at rest. */
export const phrase = html`<svg class="phrase" viewBox="0 0 250 64" aria-hidden="true">
  <path
    d="M5 29v6M15 29v6M25 28v8M35 25v14M45 27v10M55 23v18M65 18v28M75 23v18M85 26v12M95 20v24M105 12v40M115 5v54M125 12v40M135 5v54M145 12v40M155 20v24M165 26v12M175 23v18M185 18v28M195 23v18M205 27v10M215 25v14M225 28v8M235 29v6M245 29v6"
  />
</svg>`;
