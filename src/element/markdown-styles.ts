/** How that looks which an agent writes. It uses the values that `styles.ts` sets. */
import { css } from 'lit';

export const markdownStyles = css`
  .message p + p,
  .message pre,
  .message ul,
  .message ol,
  .message blockquote {
    margin-block-start: 0.5em;
  }
  .message :is(ul, ol) {
    padding-inline-start: 1.25em;
  }
  .message pre,
  .message code {
    font-family: ui-monospace, monospace;
    font-size: 0.9em;
  }
  .message pre {
    overflow-x: auto;
    overflow-wrap: normal;
    /* Code is read from the left, whatever language is around it. */
    direction: ltr;
    text-align: left;
  }
  .message a {
    color: inherit;
    text-decoration: underline;
    text-underline-offset: 0.15em;
  }
`;
