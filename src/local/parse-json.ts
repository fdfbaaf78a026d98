// JSON from outside, as deep as any session needs it. What is deeper can be read, but not written again.

const MAX_DEPTH = 100;

/** Throws for what is no JSON, or nested too deeply. */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (isDeeper(value, MAX_DEPTH)) throw new SyntaxError('It is nested too deeply.');
  return value;
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((each) => isDeeper(each, levels - 1));
}
