/** How the settings look. It uses the values that `styles.ts` sets. */
import { css } from 'lit';

export const settingsStyles = css`
  .round.settings-button {
    padding: 0;
  }
  .settings-button[aria-expanded='true'] {
    background: color-mix(in oklab, currentColor 16%, var(--_surface));
  }
  .settings {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 0.875em;
    inline-size: 100%;
    padding: 0.875em;
    border: 1px solid var(--_border);
    border-radius: calc(var(--_radius) * 0.8);
    text-align: start;
  }
  .settings strong {
    font-weight: 600;
  }
  .settings label {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 0.25em;
    font-size: 0.9375em;
  }
  .settings .check {
    display: flex;
    gap: 0.625em;
    align-items: center;
    min-block-size: max(2.75em, 44px);
    margin-block: -0.375em;
    cursor: pointer;
  }
  select {
    grid-area: 2 / 1;
    inline-size: 100%;
    min-block-size: max(2.75em, 44px);
    padding: 0.375em 0.75em;
    padding-inline-end: 2em;
    border: 1px solid var(--_muted-color);
    border-radius: calc(var(--_radius) * 0.5);
    background: var(--_background);
    color: inherit;
    font: inherit;
    text-overflow: ellipsis;
    appearance: none;
    cursor: pointer;
  }
  /* The browser's own arrow stands on the round corner. */
  label:has(select)::after {
    grid-area: 2 / 1;
    place-self: center end;
    inline-size: 0.5em;
    block-size: 0.5em;
    margin-inline-end: 1em;
    border: solid;
    border-width: 0 2px 2px 0;
    rotate: 45deg;
    translate: 0 -0.125em;
    pointer-events: none;
    content: '';
  }
  .settings input {
    accent-color: var(--_accent);
    margin: 0;
    cursor: pointer;
  }
  .settings [type='range'] {
    inline-size: 100%;
    min-block-size: max(2.75em, 44px);
    /* What can be touched is higher than what is seen. */
    margin-block: -0.5em;
  }
  .settings [type='checkbox'] {
    flex: none;
    inline-size: 1.375em;
    block-size: 1.375em;
  }
  .settings .error {
    margin-block-start: 0.375em;
    font-size: 0.9375em;
  }
  .level {
    display: flex;
    gap: 0.25em;
    margin-block-start: 0.5em;
  }
  .level span {
    flex: 1;
    block-size: 0.5em;
    border: 1px solid var(--_muted-color);
    border-radius: 999px;
  }
  .level[aria-valuenow='1'] span:nth-child(-n + 1),
  .level[aria-valuenow='2'] span:nth-child(-n + 2),
  .level[aria-valuenow='3'] span:nth-child(-n + 3),
  .level[aria-valuenow='4'] span {
    border-color: transparent;
    background: var(--voice-agent-user-color, light-dark(#0f766e, #5eead4));
  }
  .said {
    inline-size: 100%;
  }
  .said:empty {
    display: none;
  }
  :host([layout='bar']) :is(.settings, .said:has(*)) {
    flex: 1 0 100%;
    order: 1;
  }
  /* With this button there are four: the one that ends the call does with its word. */
  @container (inline-size < 22em) {
    :host(:not([layout='bar'])) .controls:has(.settings-button) .end slot {
      display: none;
    }
  }
  /* Side by side where there is room. */
  @container (inline-size > 34em) {
    .settings {
      grid-template-columns: repeat(2, minmax(0, 1fr));
    }
    .settings > strong {
      grid-column: 1 / -1;
    }
  }
  @media (forced-colors: active) {
    .settings-button[aria-expanded='true'] {
      border-width: 3px;
    }
    .level span {
      forced-color-adjust: none;
      border-color: CanvasText;
    }
    .level[aria-valuenow='1'] span:nth-child(-n + 1),
    .level[aria-valuenow='2'] span:nth-child(-n + 2),
    .level[aria-valuenow='3'] span:nth-child(-n + 3),
    .level[aria-valuenow='4'] span {
      background: Highlight;
    }
  }
  /* Phones magnify the page for smaller ones. */
  @media (pointer: coarse) {
    select {
      font-size: max(1em, 16px);
    }
  }
`;
