/**
 * What the visitor has chosen, kept for the next visit. Where a page may keep nothing, such as in a
 * sandboxed frame, it is kept as long as the page is. Nothing is written that nobody has chosen.
 */

const inPage = new Map<string, string>();

export function kept(key: string): string | undefined {
  try {
    return localStorage.getItem(key) ?? inPage.get(key);
  } catch {
    return inPage.get(key);
  }
}

export function keep(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
    inPage.delete(key);
  } catch {
    inPage.set(key, value);
  }
}
