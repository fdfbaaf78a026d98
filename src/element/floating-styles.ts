/** How the layout `floating` looks. It uses the values that `styles.ts` sets. */
import { css } from 'lit';

export const styles = css`
  :host([layout='floating']) {
    --_inset: max(1rem, env(safe-area-inset-left), env(safe-area-inset-right));
    --_from-bottom: calc(max(1rem, env(safe-area-inset-bottom)) + var(--_covered, 0px));
    --_from-top: max(1rem, env(safe-area-inset-top));
    --_shadow: 0 0.5rem 2rem rgb(0 0 0 / 18%), 0 0.125rem 0.375rem rgb(0 0 0 / 12%);
  }
  .dock,
  :host([layout='floating']) .panel {
    position: fixed;
    inset: auto;
    inset-inline-end: var(--_inset);
    inset-block-end: var(--_from-bottom);
    margin: 0;
    z-index: var(--voice-agent-z-index, 1000);
    box-shadow: var(--_shadow);
    animation: rise 0.2s cubic-bezier(0.2, 0.8, 0.3, 1);
  }
  :host([placement$='start']) :is(.dock, .panel) {
    inset-inline: var(--_inset) auto;
  }
  :host([placement^='top']) :is(.dock, .panel) {
    inset-block: var(--_from-top) auto;
  }
  @keyframes rise {
    from {
      opacity: 0;
      transform: translateY(0.75rem);
    }
  }

  .dock {
    display: flex;
    gap: 0.25em;
    align-items: center;
    max-inline-size: calc(100vi - 2 * var(--_inset));
    padding: 0;
    border: 0;
    border-radius: 999px;
    overflow: visible;
    background: var(--_background);
    color: var(--_color);
    /* As large as the window has room for. */
    font-size: min(1em, max(14px, 7vi));
  }
  /* What the closed panel would say. */
  .dock [role='status'] {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  :host([open]) .dock,
  :host([layout='floating']:not([open])) .panel {
    display: none;
  }
  .launcher {
    min-inline-size: max(3.5em, 44px);
    min-block-size: max(3.5em, 44px);
    padding: 0 1em;
  }
  .launcher svg {
    inline-size: 1.75em;
    block-size: 1.75em;
  }
  /* In a call: what goes on, and a way to end it. */
  .calling .launcher {
    gap: 0.75em;
    background: none;
    color: inherit;
    text-align: start;
  }
  .calling .launcher:hover {
    background: var(--_surface);
  }
  .calling .end {
    margin-inline-end: 0.25em;
  }
  .lamp {
    flex: none;
    inline-size: 0.75em;
    block-size: 0.75em;
    border-radius: 50%;
    background: var(--_muted-color);
  }
  :host(:is(:state(listening), :state(speaking), :state(thinking))) .lamp {
    background: var(--voice-agent-agent-color, var(--_accent));
  }
  :host(:state(hearing)) .lamp {
    background: var(--voice-agent-user-color, light-dark(#0f766e, #5eead4));
  }
  :host(:is(:state(hearing), :state(speaking))) .lamp {
    box-shadow: 0 0 0 0.25em color-mix(in oklab, currentColor 16%, transparent);
    animation: beat 0.9s ease-in-out infinite alternate;
  }
  :host(:is(:state(connecting), :state(thinking), :state(recovering))) .lamp {
    animation: wait 0.9s ease-in-out infinite alternate;
  }
  :host(:is(:state(poor), :state(recovering))) .lamp {
    background: light-dark(#b45309, #fbbf24);
  }
  :host(:state(muted)) .lamp {
    background: var(--_danger);
  }
  @keyframes beat {
    from {
      box-shadow: 0 0 0 0.125em color-mix(in oklab, currentColor 16%, transparent);
    }
  }

  :host([layout='floating']) .panel {
    display: flex;
    flex-direction: column;
    align-items: center;
    /* Its host has no box that could be the container. */
    container-type: inline-size;
    inline-size: min(max(24rem, 336px), 100vi - 2 * var(--_inset));
    max-block-size: calc(100dvb - var(--_from-bottom) - var(--_from-top));
    padding: calc(var(--_gap) * 0.75) var(--_gap) var(--_gap);
    overflow: auto;
  }
  :host([layout='floating']) .panel > * {
    flex-shrink: 0;
  }
  /* Where the window is too low for all, the conversation gives way first. */
  :host([layout='floating']) .visualizer {
    flex-shrink: 1;
    min-block-size: 2.25rem;
  }
  /* Room for words; above them nothing moves. */
  :host([layout='floating']:state(text)) .visualizer {
    display: none;
  }
  :host([layout='floating']) .transcript {
    flex: 0 9999 auto;
    min-block-size: min(8em, 30dvb);
    max-block-size: none;
    overscroll-behavior: contain;
  }
  /* What is asked, and the buttons of the call, come first. */
  :host([layout='floating']) :is(.visualizer, .transcript):has(~ .approval) {
    min-block-size: 0;
    padding-block: 0;
  }
  /* The buttons stay in sight above what can be set. */
  :host([layout='floating']) .settings {
    flex: 0 999 auto;
    min-block-size: min(12em, 30dvb);
    overflow: auto;
    overscroll-behavior: contain;
  }
  .header {
    display: flex;
    gap: 0.5em;
    align-items: center;
    justify-content: space-between;
    inline-size: 100%;
    text-align: start;
  }
  .header strong {
    min-inline-size: 0;
    font-weight: 600;
    overflow-wrap: anywhere;
  }
  .header .round {
    flex: none;
    margin-block: -0.25em;
    margin-inline: auto -0.5em;
    padding: 0;
    background: none;
  }
  .header .round:hover {
    background: var(--_surface);
  }

  /* A phone: a sheet at the bottom, above the keys on screen. */
  @media (width < 30rem) {
    :host([layout='floating']) .panel {
      inset: auto 0 var(--_covered, 0);
      inline-size: 100%;
      max-inline-size: none;
      max-block-size: calc(92dvb - var(--_covered, 0px));
      padding-block-end: max(var(--_gap), env(safe-area-inset-bottom));
      padding-inline: min(var(--_gap), 6vi);
      border-inline: 0;
      border-block-end: 0;
      border-end-start-radius: 0;
      border-end-end-radius: 0;
    }
    /* Less around large words. */
    :host([layout='floating']) .controls > :not(.round) {
      padding-inline: min(1.25em, 6vi);
    }
  }
  @media (forced-colors: active) {
    .dock {
      border: 1px solid CanvasText;
    }
    .lamp {
      forced-color-adjust: none;
      background: CanvasText;
    }
  }
`;
