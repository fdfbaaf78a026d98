// Keeps what each test file has taken of the core, for scripts/coverage.mjs.
import { randomUUID } from 'node:crypto';
import { afterAll } from 'vitest';
import { keepFigures } from '../../scripts/instrument.mjs';

afterAll(() => {
  const { __coverage__: counted } = globalThis as { __coverage__?: unknown };
  keepFigures(`node-${randomUUID()}`, counted);
});
