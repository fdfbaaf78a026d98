// Stands in for `lit` in a part that loads on intent. The element in voice-agent.js brings Lit along
// and does the rendering; a part only describes what is to be drawn, in the form that Lit has kept
// between its copies since version 2 (`_$litType$`), and would otherwise carry 3 kB of it once more.

/** @param {number} type */
const tag =
  (type) =>
  /** @param {TemplateStringsArray} strings @param {unknown[]} values */
  (strings, ...values) => ({ _$litType$: type, strings, values });

export const html = tag(1);
export const svg = tag(2);
export const nothing = Symbol.for('lit-nothing');

/** @param {TemplateStringsArray} strings without holes */
export function css([text = '']) {
  const styleSheet = new CSSStyleSheet();
  styleSheet.replaceSync(text);
  return { styleSheet };
}
