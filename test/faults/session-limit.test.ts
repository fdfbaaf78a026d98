// Sessions of 20 seconds, and a conversation that is longer than two of them.
import { expect, it } from 'vitest';
import { Visit } from '../support/visit.js';
import { talksFor } from './support/long-talk.js';
import { Site } from './support/site.js';

it('a conversation outlives session after session, and nobody notices', async () => {
  const site = await Site.open();
  try {
    const visit = await Visit.open(site.browser, site.page('/'));
    const changes = await talksFor(visit, 36_000, 20_000);
    expect(changes).toBeGreaterThanOrEqual(2);
  } finally {
    await site.close();
  }
}, 120_000);
