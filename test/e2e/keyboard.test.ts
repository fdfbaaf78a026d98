// A visitor who has no pointer: a whole call by keyboard alone, always knowing where the focus is.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Room } from '../support/room.js';
import { Stage } from '../support/stage.js';
import type { Visit } from '../support/visit.js';

let stage: Stage;
let room: Room;
let visit: Visit;

beforeAll(async () => {
  stage = await Stage.open();
  room = await stage.room();
  visit = await stage.visit({ microphone: room }, 'tools.html');
  await visit.set({ settings: '' });
  await visit.button('settings-button');
});
afterAll(() => stage.close());

/** Where the focus is: the parts of what has it, and how it shows. */
const focus = () =>
  visit.page.evaluate(() => {
    let at = document.activeElement;
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    if (!at) return { parts: [] as string[], ring: 0 };
    const { outlineStyle, outlineWidth } = getComputedStyle(at);
    return {
      parts: [...at.part],
      ring: outlineStyle === 'none' ? 0 : parseFloat(outlineWidth),
    };
  });

/** Goes there with Tab, as far as it takes and no further than once around. */
async function tabTo(part: string, back = false): Promise<void> {
  if (back) await visit.page.keyboard.down('Shift');
  const passed: string[] = [];
  for (;;) {
    await visit.page.keyboard.press('Tab');
    const { parts, ring } = await focus();
    if (parts.length > 0) expect(ring, `the ring around ${parts.join(' ')}`).toBeGreaterThan(1);
    if (parts.includes(part)) break;
    passed.push(parts.join(' '));
    if (passed.length > 40) throw new Error(`No ${part} in ${passed.join(', ')}`);
  }
  if (back) await visit.page.keyboard.up('Shift');
}

const press = (key: 'Enter' | 'Space' | 'Escape') => visit.page.keyboard.press(key);

it('has a whole call without a pointer', async () => {
  const from = () => visit.events.length;

  // Starts; the same button is then the one that ends it, so the focus is not lost.
  await tabTo('start-button');
  await press('Enter');
  await visit.state('live listening');
  expect((await focus()).parts).toContain('end-button');

  // Talks, and stops a long story.
  await room.say('tell me a long story');
  await visit.state('live speaking');
  await tabTo('interrupt-button');
  let began = from();
  await press('Enter');
  await visit.serverEvent('output_audio_buffer.cleared', { from: began });
  await visit.state('live listening', { from: began });
  expect((await focus()).parts).toContain('interrupt-button');

  // Mutes and is heard again.
  await tabTo('mute-button', true);
  began = from();
  await press('Space');
  await visit.state('live listening muted', { from: began });
  await press('Space');
  await visit.state('live listening', { from: began });

  // Types, and allows what is asked; the field keeps the focus meanwhile.
  await tabTo('input');
  began = from();
  await visit.page.keyboard.type('I want to buy a cactus');
  await press('Enter');
  await visit.event('voice-approval-request', undefined, { from: began });
  await visit.button('approve-button');
  expect((await focus()).parts).toContain('input');
  await tabTo('approve-button', true);
  await press('Enter');
  await visit.event('voice-tool-result', undefined, { from: began });
  await visit.serverEvent('output_audio_buffer.stopped', { from: began });
  // The card is gone, and the focus is where it was before it came.
  expect(await visit.page.$('voice-agent >>> [part~="approval"]')).toBeNull();
  expect((await focus()).parts).toContain('input');

  // Opens the settings, changes the volume, and closes them.
  await tabTo('settings-button');
  await press('Enter');
  await visit.button('settings');
  const isVolume = () =>
    visit.page.evaluate(() =>
      document.querySelector('voice-agent')!.shadowRoot!.activeElement?.matches('[type=range]'),
    );
  for (let presses = 0; !(await isVolume()); presses++) {
    expect(presses, 'presses of Tab').toBeLessThan(5);
    await visit.page.keyboard.press('Tab');
  }
  expect((await focus()).ring).toBeGreaterThan(1);
  await visit.page.keyboard.press('ArrowLeft');
  await visit.page.keyboard.press('ArrowLeft');
  const kept = await visit.page.evaluate(() => localStorage.getItem('voice-agent'));
  expect(JSON.parse(kept ?? '{}')).toMatchObject({ volume: 0.9 });
  await press('Escape');
  expect((await focus()).parts).toContain('settings-button');
  expect(await visit.page.$('voice-agent >>> [part~="settings"]')).toBeNull();

  // Reads the conversation by arrow keys: it can be scrolled without a pointer.
  await tabTo('transcript');

  await tabTo('end-button', true);
  began = from();
  await press('Enter');
  await visit.event('voice-end', undefined, { from: began });
  expect((await focus()).parts).toContain('start-button');
  expect(visit.complaints).toEqual([]);
}, 120_000);
