/** Gives an element the styles of what loads on demand. */
import type { CSSResult } from 'lit';

/** At most once each. @param root missing for what has left it meanwhile */
export function adopt(root: ShadowRoot | null | undefined, { styleSheet }: CSSResult): void {
  const sheets = root?.adoptedStyleSheets;
  if (styleSheet && !sheets?.includes(styleSheet)) sheets?.push(styleSheet);
}
