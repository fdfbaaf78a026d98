/** How that looks which the visitor is told of tools, and asked. It uses the values that `styles.ts` sets. */
import { css } from 'lit';

export const toolStyles = css`
  .approval {
    inline-size: 100%;
    padding: 0.875em;
    border: 2px solid var(--_accent);
    border-radius: calc(var(--_radius) * 0.8);
    text-align: start;
  }
  .approval p {
    font-weight: 600;
  }
  .approval dl {
    margin-block-start: 0.375em;
  }
  .approval dl > div {
    display: flex;
    flex-wrap: wrap;
    gap: 0 0.5em;
  }
  .approval dt {
    color: var(--_muted-color);
  }
  .approval dd {
    overflow-wrap: anywhere;
  }
  .choices {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5em;
    margin-block-start: 0.75em;
  }
  .activity {
    inline-size: 100%;
    color: var(--_muted-color);
    font-size: 0.9375em;
  }
  /* It takes no room, and screen readers know it all the same. */
  .activity:not(:has(p)) {
    position: absolute;
    inline-size: 0;
  }
  .activity p {
    padding-block: 0.25em;
    overflow-wrap: anywhere;
    animation: told 0.2s both;
  }
  .activity bdi {
    color: var(--_color);
    font-weight: 600;
  }
  .spinner {
    display: inline-block;
    inline-size: 1em;
    block-size: 1em;
    margin-inline-end: 0.25em;
    vertical-align: -0.125em;
    border: 2px solid var(--_border);
    border-block-start-color: var(--_accent);
    border-radius: 50%;
    animation: turn 0.8s linear infinite;
  }
  @keyframes turn {
    to {
      rotate: 1turn;
    }
  }
  @keyframes told {
    from {
      opacity: 0;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .activity p,
    .spinner {
      animation: none;
    }
  }
  @media (forced-colors: active) {
    .spinner {
      border-color: GrayText;
      border-block-start-color: Highlight;
    }
  }
`;
