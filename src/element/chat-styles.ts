/** How the conversation looks. It uses the values that `styles.ts` sets. */
import { css } from 'lit';

export const chatStyles = css`
  .transcript {
    position: relative;
    inline-size: 100%;
    max-block-size: 20rem;
    padding: 0.25rem;
    overflow-y: auto;
    text-align: start;
    text-wrap: wrap;
  }
  .transcript > ol {
    padding: 0;
    list-style: none;
    content-visibility: auto;
    contain-intrinsic-size: auto 300rem;
  }
  .transcript > ol:has(+ button) {
    content-visibility: visible;
  }
  .transcript:not(:has(li)),
  :host(:state(ended)) .transcript:not(:has(li:not(.pending))),
  :host(:not(:state(ended))) .transcript:has(li) ~ [name='empty'],
  .transcript:has(li:not(.pending)) ~ [name='empty'] {
    display: none;
  }
  .message,
  .note {
    inline-size: fit-content;
    margin-block-end: calc(var(--_gap) / 2);
  }
  .note {
    display: flex;
    gap: 0.75em;
    align-items: center;
    inline-size: auto;
    text-align: center;
    overflow-wrap: anywhere;
  }
  .note::before,
  .note::after {
    flex: 1;
    content: '';
    border-block-start: 1px solid var(--_border);
  }
  .message {
    max-inline-size: 88%;
    padding: 0.5em 0.875em;
    border-radius: calc(var(--_radius) * 0.8);
    background: var(--voice-agent-agent-message, var(--_surface));
    /* To be seen where a system's colours leave no ground. */
    border: 1px solid transparent;
    overflow-wrap: anywhere;
  }
  .user {
    margin-inline-start: auto;
    background: var(
      --voice-agent-user-message,
      color-mix(in oklab, var(--_accent) 14%, var(--_background))
    );
  }
  .message .picture {
    display: block;
    position: static;
    inline-size: auto;
    max-inline-size: 100%;
    max-block-size: 12rem;
    border-radius: calc(var(--_radius) * 0.4);
    visibility: visible;
  }
  .message .picture + div:not(:empty) {
    margin-block-start: 0.5em;
  }
  .message ::selection,
  .message::selection {
    background: color-mix(in oklab, var(--_accent) 35%, transparent);
  }
  .latest {
    display: flex;
    position: sticky;
    inset-block-end: 0;
    margin-inline: auto;
    padding: 0;
    border-color: var(--_border);
    background: var(--_background);
  }
  .pending::after {
    content: '…';
    color: var(--_muted-color);
  }
  /* No words will come. */
  :host(:state(ended)) .pending {
    display: none;
  }
  .note,
  .interrupted {
    color: var(--_muted-color);
    font-size: 0.875em;
  }
`;
