/** How the button looks that is held to talk. It uses the values that `styles.ts` sets. */
import { css } from 'lit';

export const talkStyles = css`
  .talk {
    flex-basis: 100%;
    min-block-size: 3.75em;
    /* A finger that holds it neither scrolls nor selects. */
    touch-action: none;
    user-select: none;
    -webkit-user-select: none;
    -webkit-touch-callout: none;
  }
  .talk[data-held] {
    box-shadow: 0 0 0 0.3125rem
      color-mix(
        in oklab,
        var(--voice-agent-user-color, light-dark(#0f766e, #5eead4)) 60%,
        transparent
      );
  }
`;
