// A long conversation on screen, as the element draws it, without the element: the transcript of the
// core, the view of its items and the style sheets. An answer goes on streaming into it.
import { Transcript } from '../../../src/core/transcript.js';
import { callStyles } from '../../../src/element/call-styles.js';
import { chatStyles } from '../../../src/element/chat-styles.js';
import { CALL_ENGLISH, COMPOSER_ENGLISH } from '../../../src/element/strings.js';
import { styles } from '../../../src/element/styles.js';
import { TranscriptView } from '../../../src/element/transcript-view.js';
import { answered, spoken } from '../../support/server-events.js';

export interface Streamed {
  /** From one frame to the next, in ms. */
  readonly frames: readonly number[];
  /** What taking in one event and showing it took the script, in ms. */
  readonly events: readonly number[];
  /** Tasks over 50 ms, in ms. */
  readonly longTasks: readonly number[];
}

declare global {
  interface Window {
    /** Shows so many turns, then adds words to an answer 50 times a second. */
    stream(turns: number, seconds: number): Promise<Streamed>;
  }
}

const EVENT_MS = 20;
const WORDS = 'Water it when the soil is dry, and give it the light of a bright room. ';

window.stream = async (turns, seconds) => {
  const host = document.createElement('div');
  host.style.inlineSize = '400px';
  document.body.append(host);
  const root = host.attachShadow({ mode: 'open' });
  for (const { styleSheet } of [styles, callStyles, chatStyles]) {
    if (styleSheet) root.adoptedStyleSheets.push(styleSheet);
  }
  const box = document.createElement('div');
  box.className = 'transcript';
  const list = document.createElement('ol');
  box.append(list);
  root.append(box);
  const view = new TranscriptView(list);
  const transcript = new Transcript();
  const words = { ...CALL_ENGLISH, ...COMPOSER_ENGLISH };
  let last: string | null = null;
  for (let turn = 0; turn < turns; turn += 2) {
    const [question, answer] = [`user_${turn}`, `agent_${turn}`];
    const said = [
      ...spoken(question, `How do I care for plant ${turn}?`, last),
      ...answered(`resp_${turn}`, answer, WORDS, question),
    ];
    for (const event of said) transcript.receive(event);
    last = answer;
  }
  view.show(transcript.items, words);
  // Once it is laid out, and the end is in sight.
  await frame();
  await frame();

  const [frames, events, longTasks]: number[][] = [[], [], []];
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longTasks?.push(duration);
  });
  observer.observe({ type: 'longtask' });
  const end = performance.now() + seconds * 1000;
  let before = performance.now();
  let due = before;
  let turn = 0;
  while (before < end) {
    const now = await frame();
    frames?.push(now - before);
    before = now;
    for (; due < now; due += EVENT_MS) {
      const start = performance.now();
      transcript.receive(delta(`agent_new_${Math.floor(turn++ / 100)}`));
      view.show(transcript.items, words);
      events?.push(performance.now() - start);
    }
  }
  observer.disconnect();
  host.remove();
  return { frames: frames ?? [], events: events ?? [], longTasks: longTasks ?? [] };
};

const frame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));

const delta = (item_id: string): Parameters<Transcript['receive']>[0] => ({
  type: 'response.output_audio_transcript.delta',
  event_id: 'event',
  response_id: 'resp_new',
  item_id,
  output_index: 0,
  content_index: 0,
  delta: 'and light ',
});
