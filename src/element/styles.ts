/**
 * How the element looks. Everything that a page may change is a custom property with its default
 * here, or a part; the rest follows from these few values. What only a call shows, and what loads on
 * demand, has styles of its own.
 */
import { css } from 'lit';

export const styles = css`
  :host {
    --_accent: var(--voice-agent-accent, light-dark(#4338ca, #a5b4fc));
    --_on-accent: var(--voice-agent-on-accent, light-dark(#fff, #1e1b4b));
    --_background: var(--voice-agent-background, light-dark(#fff, #16161d));
    --_surface: var(--voice-agent-surface, light-dark(#f4f4f8, #23232d));
    --_color: var(--voice-agent-color, light-dark(#18181f, #f4f4f8));
    --_muted-color: var(--voice-agent-muted-color, light-dark(#4b4b5a, #b9b9c6));
    --_border: var(--voice-agent-border, light-dark(#dfdfe8, #363642));
    --_radius: var(--voice-agent-radius, 1.25rem);
    --_gap: var(--voice-agent-gap, 1rem);
    --_danger: light-dark(#961313, #ff9a91);

    display: block;
    container-type: inline-size;
    contain-intrinsic-inline-size: 15rem;
    inline-size: 100%;
    min-inline-size: min(15rem, 100%);
    max-inline-size: 26rem;
    color: var(--_color);
    font-family: ui-sans-serif, system-ui, sans-serif;
    /* Some pages make 1rem ten pixels, or less. */
    font-size: max(1rem, 14px);
    font-weight: 400;
    line-height: 1.5;
    text-align: start;
    text-transform: none;
    letter-spacing: normal;
    cursor: auto;
  }
  :host([hidden]) {
    display: none;
  }
  /* Until what the layout needs is there, which loads on its own. */
  :host([layout='bar']) .panel {
    block-size: 3.5em;
    visibility: hidden;
  }
  :host([layout='floating']:not([hidden])) {
    display: contents;
  }
  :host([layout='floating']) .panel {
    display: none;
  }
  :host([theme='light']) {
    color-scheme: light;
  }
  :host([theme='dark']) {
    color-scheme: dark;
  }
  * {
    box-sizing: border-box;
    margin: 0;
  }

  .panel {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--_gap);
    justify-items: center;
    /* Less where the text is large and the room is not. */
    padding: min(calc(var(--_gap) * 1.25), 6%);
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    background: var(--_background);
    color: var(--_color);
    /* Of huge letters there is room for nine in a line, at least. */
    font-size: min(1em, max(14px, 11cqi));
    text-align: center;
    text-wrap: balance;
    word-break: auto-phrase;
  }

  /* Words in a language that comes after 3 s are English until then. */
  [lang=''] > :not(slot) {
    animation: still 1ms 3s both;
  }
  @keyframes still {
    from {
      -webkit-text-fill-color: transparent;
    }
  }

  .visualizer {
    position: relative;
    inline-size: 100%;
    block-size: var(--voice-agent-visualizer-height, 4.5rem);
    border-radius: calc(var(--_radius) * 0.7);
    background: var(--_surface);
    overflow: hidden;
  }
  .visualizer > * {
    inline-size: 100%;
    block-size: 100%;
  }
  .phrase {
    padding: 0.625rem;
    color: var(--voice-agent-agent-color, var(--_accent));
    stroke-width: 5;
    opacity: 0.4;
  }
  :host(:state(connecting)) .phrase {
    animation: wait 0.9s ease-in-out infinite alternate;
  }
  @keyframes wait {
    to {
      opacity: 0.9;
    }
  }

  /* Two lines have room here: what is said in them changes, and nothing below moves. */
  .say {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    align-content: center;
    min-block-size: 3em;
    inline-size: 100%;
  }
  .status {
    font-weight: 500;
  }
  .status:empty,
  [hidden] {
    display: none !important;
  }
  .error {
    color: var(--_danger);
  }

  .controls {
    display: flex;
    flex-wrap: wrap;
    gap: calc(var(--_gap) * 0.75);
    justify-content: center;
  }
  button {
    display: inline-flex;
    gap: 0.5em;
    align-items: center;
    justify-content: center;
    min-block-size: max(3em, 44px);
    min-inline-size: max(3em, 44px);
    padding: 0.5em 1.25em;
    border: 1px solid transparent;
    border-radius: 999px;
    background: var(--_surface);
    color: var(--_color);
    font: inherit;
    font-weight: 600;
    cursor: pointer;
    touch-action: manipulation;
    -webkit-tap-highlight-color: transparent;
    transition:
      background-color 0.15s,
      transform 0.15s;
  }
  button:hover {
    background: color-mix(in oklab, currentColor 12%, var(--_surface));
  }
  button:active {
    transform: scale(0.97);
  }
  button:disabled {
    opacity: 0.55;
    cursor: default;
  }
  .start {
    background: var(--_accent);
    color: var(--_on-accent);
  }
  .start:hover {
    background: color-mix(in oklab, var(--_accent) 88%, var(--_color));
  }
  .end {
    background: color-mix(in oklab, var(--_danger) 12%, var(--_background));
    color: var(--_danger);
  }
  /* Room for what is still to come. */
  .typing {
    min-block-size: 3rem;
  }
  :focus-visible {
    outline: 3px solid var(--_accent);
    outline-offset: 2px;
  }
  svg {
    inline-size: 1.375em;
    block-size: 1.375em;
    flex: none;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.8;
    stroke-linecap: round;
    stroke-linejoin: round;
  }

  @container (inline-size < 22em) {
    .controls {
      gap: 0.375em;
    }
    button {
      padding-inline: 0.875em;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    * {
      animation-duration: 0.01ms !important;
      animation-iteration-count: 1 !important;
      transition: none !important;
    }
  }
  @media (forced-colors: active) {
    button {
      border-color: ButtonText;
    }
    button:disabled {
      opacity: 1;
    }
    .phrase {
      color: CanvasText;
    }
  }
`;
