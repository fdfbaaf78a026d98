// Ids as the service makes them: a prefix and 21 letters and digits.
import { randomBytes } from 'node:crypto';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

export function newId(prefix: string, length = 21): string {
  let id = `${prefix}_`;
  for (const byte of randomBytes(length)) id += LETTERS.charAt(byte % LETTERS.length);
  return id;
}
