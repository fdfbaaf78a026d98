/** How that looks which only a call shows. It uses the values that `styles.ts` sets. */
import { css } from 'lit';

export const callStyles = css`
  canvas {
    position: absolute;
    inset: 0;
    /* Read by the visualizer, which cannot resolve custom properties itself. */
    color: var(--voice-agent-agent-color, var(--_accent));
    caret-color: var(--voice-agent-user-color, light-dark(#0f766e, #5eead4));
    outline-color: var(--_accent);
    /* Of no length, it still ends in an event: so the visualizer hears of new colours. */
    transition: 0s 1ms !important;
    visibility: hidden;
  }
  :host(:state(live):not(:state(text))) canvas {
    visibility: visible;
  }
  :host(:state(live):not(:state(text))) .phrase {
    visibility: hidden;
  }
  .say > :is(.status, .notice) {
    grid-area: 1 / 1;
    align-self: center;
  }
  /*
   * It takes the place of what was said until then, and not at once: a permission that was given before is
   * there in an instant.
   */
  .notice {
    color: var(--_muted-color);
    font-size: 0.9375em;
    animation: appear 0.2s 0.8s both;
  }
  .status:has(~ .notice) {
    animation: appear 0.2s 0.8s reverse both;
  }
  @keyframes appear {
    from {
      opacity: 0;
    }
  }
  :host(:is(:state(poor), :state(recovering))) .status {
    color: light-dark(#6d4300, #ffcf87);
  }
  :host(:state(recovering)) .phrase,
  :host(:state(thinking)) canvas {
    animation: wait 0.9s ease-in-out infinite alternate;
  }
  .spoken-only {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  [aria-disabled='true'] {
    opacity: 0.55;
    cursor: default;
  }
  .round {
    padding: 0;
  }
  .hear {
    flex-basis: 100%;
  }
  .round[aria-pressed='true'] {
    background: var(--_color);
    color: var(--_background);
  }
  @media (forced-colors: active) {
    canvas {
      color: CanvasText;
      caret-color: Highlight;
      outline-color: LinkText;
    }
    [aria-disabled='true'] {
      opacity: 1;
      color: GrayText;
    }
  }
`;
