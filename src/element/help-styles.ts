/** How that looks which helps where voice does not work. It uses the values that `styles.ts` sets. */
import { css } from 'lit';

export const helpStyles = css`
  .help {
    display: flex;
    flex-wrap: wrap;
    gap: calc(var(--_gap) * 0.5);
    align-items: center;
    justify-content: center;
    inline-size: 100%;
  }
  .phone {
    display: inline-flex;
    flex-wrap: wrap;
    gap: 0 0.5em;
    align-items: center;
    justify-content: center;
    min-block-size: max(3em, 44px);
    max-inline-size: 100%;
    padding: 0.375em min(1.25em, 6%);
    border: 1px solid var(--_border);
    border-radius: 1.5em;
    color: inherit;
    font-weight: 600;
    text-decoration: none;
  }
  .phone:hover {
    background: var(--_surface);
  }
  .phone bdi {
    color: var(--_accent);
  }
  .report {
    padding: 0;
    color: var(--_muted-color);
  }
  .report span {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  /* Where there is room beside the main button, it says in words that it has copied. */
  @container (inline-size > 21em) {
    .report.copied {
      padding-inline: 1em 1.25em;
    }
    .report.copied span {
      position: static;
      inline-size: auto;
      block-size: auto;
      clip-path: none;
    }
  }
  textarea.written {
    inline-size: 100%;
    block-size: 8em;
    padding: 0.625em;
    border: 1px solid var(--_muted-color);
    border-radius: calc(var(--_radius) * 0.5);
    background: var(--_background);
    color: inherit;
    font:
      0.8125em/1.4 ui-monospace,
      monospace;
    resize: vertical;
  }
  .settings .phone {
    justify-self: start;
  }
  :host([layout='bar']) .help {
    flex: 1 0 100%;
    order: 1;
    justify-content: start;
  }
  @media (forced-colors: active) {
    .phone {
      border-color: LinkText;
    }
  }
`;
