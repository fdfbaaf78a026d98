/** How that looks which only a call shows. It uses the values that `styles.ts` sets. */
import { css } from 'lit';

export const callStyles = css`
  .notice {
    color: var(--_muted-color);
    font-size: 0.9375em;
  }
  /* A permission that was given before is there in an instant: the hint is for those who wait. */
  .late {
    max-block-size: 10em;
    animation: appear 0.2s 0.8s both;
  }
  @keyframes appear {
    from {
      max-block-size: 0;
      margin-block-start: calc(var(--_gap) * -1);
      opacity: 0;
    }
  }
  .spoken-only {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .hear {
    flex-basis: 100%;
  }
  .round {
    padding: 0;
  }
  .round[aria-pressed='true'] {
    background: var(--_color);
    color: var(--_background);
  }
`;
