/** Gives an element the styles of what loads on demand. */
import type { CSSResult } from 'lit';

/** At most once each. @param host missing for what has left it meanwhile */
export function adopt(host: Element | undefined, { styleSheet }: CSSResult): void {
  const sheets = host?.shadowRoot?.adoptedStyleSheets;
  if (styleSheet && !sheets?.includes(styleSheet)) sheets?.push(styleSheet);
}
