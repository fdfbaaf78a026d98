/** How that looks which is asked before and after a call. It uses the values that `styles.ts` sets. */
import { css } from 'lit';

export const questionsStyles = css`
  .consent,
  .feedback {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 0.75em;
    inline-size: 100%;
    padding: 0.875em;
    border: 1px solid var(--_border);
    border-radius: calc(var(--_radius) * 0.8);
    text-align: start;
    text-wrap: pretty;
  }
  .consent {
    overflow-wrap: anywhere;
  }
  /* The space between is the grid's. */
  ::slotted([slot='consent']) {
    margin-block: 0;
  }
  .agree {
    justify-self: start;
  }
  .rating {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5em;
    align-items: center;
  }
  .rating p {
    flex: 1 1 5em;
    font-weight: 500;
  }
  @container (inline-size < 18em) {
    .rating p {
      flex-basis: 100%;
    }
  }
  .feedback .round {
    padding: 0;
  }
  .feedback .round[aria-pressed='true'] {
    background: var(--_color);
    color: var(--_background);
  }
  @media (forced-colors: active) {
    .feedback .round[aria-pressed='true'] {
      background: Highlight;
      color: HighlightText;
      forced-color-adjust: none;
    }
  }
  .more {
    display: flex;
    gap: 0.5em;
  }
  .more input {
    flex: 1;
    min-inline-size: 0;
    min-block-size: max(3em, 44px);
    padding: 0.5em 1em;
    border: 1px solid var(--_muted-color);
    border-radius: var(--_radius);
    background: var(--_background);
    color: inherit;
    font: inherit;
    text-overflow: ellipsis;
  }
  .more :placeholder-shown {
    direction: inherit;
  }
  .more ::placeholder {
    color: var(--_muted-color);
    opacity: 1;
  }
  .start[aria-disabled='true'] {
    opacity: 0.55;
    cursor: default;
  }
  @media (forced-colors: active) {
    .start[aria-disabled='true'] {
      opacity: 1;
      color: GrayText;
    }
  }
  :host([layout='bar']) :is(.consent, .feedback) {
    flex: 1 0 100%;
    order: 1;
  }
  /* Phones magnify the page for smaller ones. */
  @media (pointer: coarse) {
    .more input {
      font-size: max(1em, 16px);
    }
  }
`;
