/** How the conversation looks. It uses the values that `styles.ts` sets. */
import { css } from 'lit';

export const chatStyles = css`
  :host(:state(text)) .visualizer {
    display: none;
  }
  .transcript {
    inline-size: 100%;
    max-block-size: 20rem;
    padding: 0.25rem;
    overflow-y: auto;
    overscroll-behavior: contain;
    text-align: start;
    text-wrap: wrap;
  }
  .transcript > ol {
    display: flex;
    flex-direction: column;
    gap: calc(var(--_gap) / 2);
    padding: 0;
    list-style: none;
  }
  .transcript:not(:has(li)),
  .transcript:has(li) ~ [name='empty'] {
    display: none;
  }
  .message {
    max-inline-size: 88%;
    padding: 0.5em 0.875em;
    border-radius: calc(var(--_radius) * 0.8);
    background: var(--_surface);
    overflow-wrap: anywhere;
    content-visibility: auto;
    contain-intrinsic-size: auto 2.5em;
    flex: none;
    align-self: start;
  }
  .user {
    align-self: end;
    background: color-mix(in oklab, var(--_accent) 14%, var(--_background));
  }
  .message p + p,
  .message pre,
  .message ul,
  .message ol,
  .message blockquote {
    margin-block-start: 0.5em;
  }
  .message :is(ul, ol) {
    padding-inline-start: 1.25em;
  }
  .message pre,
  .message code {
    font-family: ui-monospace, monospace;
    font-size: 0.9em;
  }
  .message pre {
    overflow-x: auto;
    overflow-wrap: normal;
  }
  .message a {
    color: inherit;
    text-decoration: underline;
  }
  .pending::after {
    content: '…';
    color: var(--_muted-color);
  }
  .interrupted {
    color: var(--_muted-color);
    font-size: 0.875em;
  }
  .seam {
    align-self: stretch;
    color: var(--_muted-color);
    font-size: 0.875em;
    text-align: center;
    display: flex;
    align-items: center;
    gap: 0.75em;
  }
  .seam::before,
  .seam::after {
    content: '';
    flex: 1;
    border-block-start: 1px solid var(--_border);
  }
`;
