/** How the row for typing looks. It uses the values that `styles.ts` sets, and the place kept there. */
import { css } from 'lit';

export const composerStyles = css`
  .typing {
    inline-size: 100%;
  }
  .composer {
    display: flex;
    flex-wrap: wrap;
    gap: calc(var(--_gap) / 2);
    align-items: end;
    border-radius: var(--_radius);
  }
  .over {
    outline: 2px dashed var(--_accent);
    outline-offset: 4px;
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
  textarea:disabled {
    opacity: 0.55;
  }
  textarea::placeholder {
    color: var(--_muted-color);
    opacity: 1;
  }
  /* Nothing was written yet whose direction could be told, and its hint has one line. */
  textarea:placeholder-shown {
    direction: inherit;
  }
  /* Browsers differ in which of the two they ask. */
  textarea:placeholder-shown,
  textarea::placeholder {
    overflow: hidden;
    white-space: nowrap;
    text-overflow: ellipsis;
  }
  @container (inline-size < 18em) {
    .composer {
      column-gap: 0.25em;
    }
    textarea {
      padding-inline: 0.625em;
    }
  }
  /* Large letters: a line for the words, and one for the buttons. */
  @container (inline-size < 12em) {
    .composer {
      justify-content: space-between;
      reading-flow: flex-visual;
    }
    .composer textarea {
      flex-basis: 100%;
      order: -1;
    }
  }
  .pictures {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
    inline-size: 100%;
    padding: 0;
    list-style: none;
  }
  .pictures li {
    position: relative;
  }
  .composer .picture {
    display: block;
    position: static;
    inline-size: 4rem;
    block-size: 4rem;
    border: 1px solid var(--_border);
    border-radius: 0.75rem;
    object-fit: cover;
    visibility: visible;
  }
  /* What can be touched is larger than what is seen in its corner. */
  .pictures button {
    position: absolute;
    inset-block-start: -0.375rem;
    inset-inline-end: -0.375rem;
    align-items: start;
    justify-content: end;
    border-radius: 0.75rem;
    background: none;
  }
  .pictures svg {
    inline-size: 1.5rem;
    block-size: 1.5rem;
    padding: 0.25rem;
    border: 1px solid var(--_border);
    border-radius: 50%;
    background: var(--_background);
  }
  .pictures button:hover svg {
    background: var(--_surface);
  }
  .composer .error {
    inline-size: 100%;
    font-size: 0.9375em;
    overflow-wrap: anywhere;
  }
  /* Phones magnify the page for smaller ones. */
  @media (pointer: coarse) {
    textarea {
      font-size: max(1em, 16px);
    }
  }
`;
