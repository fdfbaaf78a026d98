/** The layout `bar`: one line. It is how the same panel looks, and nothing else. */
import { css } from 'lit';

export const styles = css`
  :host([layout='bar']) {
    max-inline-size: none;
  }
  :host([layout='bar']) .panel {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5em 0.75em;
    align-items: center;
    block-size: auto;
    padding: 0.5em;
    padding-inline-start: 0.75em;
    border-radius: min(var(--_radius), 2em);
    text-align: start;
    visibility: visible;
  }
  :host([layout='bar']) .visualizer {
    flex: none;
    inline-size: 5em;
    block-size: 2.25em;
    border-radius: min(calc(var(--_radius) * 0.7), 1.125em);
  }
  :host([layout='bar']) .phrase {
    padding: 0.375em;
    stroke-width: 8;
  }
  :host([layout='bar']) .say {
    flex: 1 1 5em;
    min-inline-size: 0;
    min-block-size: 2.5em;
    font-size: 0.9375em;
    line-height: 1.3;
    text-wrap: pretty;
    overflow-wrap: anywhere;
  }
  /* What was said, asked or typed has its room below the line, and below what is told in a narrow one. */
  :host([layout='bar']) :is(.transcript, .activity, .approval, .typing),
  :host([layout='bar']) ::slotted([slot='empty']) {
    flex: 1 0 100%;
    order: 1;
  }
  :host([layout='bar']) .transcript {
    max-block-size: 10em;
  }
  :host([layout='bar']) .controls {
    gap: 0.375em;
    align-items: center;
    justify-content: end;
    margin-inline-start: auto;
    reading-flow: flex-visual;
  }
  /* At the end of the line it keeps its place. */
  :host([layout='bar']) .controls > :is([part$='start-button'], [part$='end-button']) {
    order: 1;
  }
  :host([layout='bar']) .controls button {
    flex-basis: auto;
    min-block-size: max(2.25em, 24px);
    min-inline-size: max(2.25em, 24px);
    padding-block: 0.25em;
    line-height: 1.3;
  }
  :host([layout='bar']) .controls .round {
    padding: 0;
  }
  @container (inline-size < 24em) {
    :host([layout='bar']) .say:has(.notice, .error:not([hidden])):has(~ .controls .round) {
      flex-basis: 100%;
      order: 1;
    }
    :host([layout='bar']) .visualizer {
      inline-size: 3em;
    }
    :host([layout='bar']) .controls button {
      padding-inline: 0.5em;
    }
    :host([layout='bar']) .controls .label {
      position: absolute;
      inline-size: 1px;
      block-size: 1px;
      overflow: hidden;
      clip-path: inset(50%);
      white-space: nowrap;
    }
  }
`;
