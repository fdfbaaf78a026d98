/** Changes of a session, one upon the other. */

export type Fields = Record<string, unknown>;

/** Fields of fields as well, down to those of either side of `audio`, whose own fields are whole. */
export function merged(old: unknown, more: unknown, depth: number): Fields {
  const result: Fields = { ...(old as Fields) };
  for (const [key, value] of Object.entries(more as Fields)) {
    const goesOn = depth > 0 && typeof value === 'object' && value && !Array.isArray(value);
    result[key] = goesOn ? merged(result[key], value, depth - 1) : value;
  }
  return result;
}
