// Stands in for the module of Lit that makes style sheets. Lit's own also serves browsers without
// adopted style sheets, which cannot run the rest of the element either.
import { css } from './lit-for-parts.mjs';

/** @typedef {{ styleSheet: CSSStyleSheet }} Styles */

/** @param {ShadowRoot} root @param {Styles[]} styles */
export function adoptStyles(root, styles) {
  root.adoptedStyleSheets = styles.map(({ styleSheet }) => styleSheet);
}

/** @param {Styles} styles */
export const getCompatibleStyle = (styles) => styles;

export { css };

// Lit passes these on, and nobody here takes them.
export const CSSResult = undefined;
export const supportsAdoptingStyleSheets = undefined;
export const unsafeCSS = undefined;
