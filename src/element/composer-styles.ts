/** How the row for typing looks. It uses the values that `styles.ts` sets, and the place kept there. */
import { css } from 'lit';

export const composerStyles = css`
  .typing {
    inline-size: 100%;
  }
  .composer {
    display: flex;
    gap: calc(var(--_gap) / 2);
    align-items: end;
  }
  .composer button {
    padding: 0;
  }
  textarea {
    flex: 1;
    min-inline-size: 0;
    max-block-size: 8rem;
    padding: 0.6875em 1em;
    border: 1px solid var(--_muted-color);
    border-radius: var(--_radius);
    background: var(--_background);
    color: inherit;
    font: inherit;
    field-sizing: content;
    resize: none;
  }
`;
