// A visitor of the demo takes another of the browser's microphones in the middle of a call, and is heard.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { answerTo, Stage } from '../support/stage.js';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());

it('A visitor who takes another microphone in a call is heard through it', async () => {
  // Whichever microphone opens begins to speak anew.
  const microphone = stage.recording([1_500, 'what are your prices']);
  const visit = await stage.visit({ microphone });
  await visit.page.$eval('voice-agent', (element) => element.removeAttribute('greeting'));
  await visit.press('start-button');
  await visit.state('live listening');
  await visit.said('agent', answerTo('price'));
  await visit.until('rest', () => visit.states().at(-1) === 'live listening');
  const from = visit.events.length;
  expect(await visit.takeLastMicrophone()).toBeGreaterThan(2);
  await visit.said('agent', answerTo('price'), { from });
  expect(visit.named('voice-error')).toEqual([]);
  expect(visit.named('voice-start')).toHaveLength(1);
  await visit.press('end-button');
  await visit.event('voice-end', undefined, { from });
  expect(visit.complaints).toEqual([]);
  await visit.close();
});
