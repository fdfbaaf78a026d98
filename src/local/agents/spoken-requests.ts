// The sentences by which tools can be asked for aloud: their names, with the values that they name.
// Whether anybody can pronounce them it does not know.
import type { OfferedTool } from './tool-choice.js';
import { isRecord, wordsOf } from './words.js';

/** The recognizer looks at all of them while the visitor speaks. */
const MAX_SENTENCES = 200;

/** "set theme", "set theme dark" and "set theme to dark", each as it is spoken. */
export function spokenRequests(tools: readonly OfferedTool[]): string[] {
  const sentences = tools.flatMap(({ name, schema }) => {
    const spoken = wordsOf(name).join(' ');
    const values = valuesIn(schema).map((value) => wordsOf(value).join(' '));
    return [spoken, ...values.flatMap((value) => [`${spoken} ${value}`, `${spoken} to ${value}`])];
  });
  return [...new Set(sentences)].filter(Boolean).slice(0, MAX_SENTENCES);
}

function valuesIn(schema: unknown): string[] {
  if (!isRecord(schema) || !isRecord(schema['properties'])) return [];
  return Object.values(schema['properties']).flatMap((property) =>
    isRecord(property) && Array.isArray(property['enum'])
      ? property['enum'].filter((value) => typeof value === 'string')
      : [],
  );
}
