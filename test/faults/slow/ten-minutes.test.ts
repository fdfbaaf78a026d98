// Ten minutes of talk in sessions of 20 seconds.
import { expect, it } from 'vitest';
import { Visit } from '../../support/visit.js';
import { talksFor } from '../support/long-talk.js';
import { Site } from '../support/site.js';

it('ten minutes of conversation outlive some thirty sessions, and nobody notices', async () => {
  const site = await Site.open();
  try {
    const visit = await Visit.open(site.browser, site.page('/'));
    const changes = await talksFor(visit, 600_000, 20_000);
    console.log(`${changes} changes of session`);
    expect(changes).toBeGreaterThanOrEqual(600 / 20 - 1);
  } finally {
    await site.close();
  }
}, 800_000);
