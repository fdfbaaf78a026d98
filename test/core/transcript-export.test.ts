/** A conversation as a file, for people, for programs and for a player. */
import { describe, expect, it } from 'vitest';
import { exportTranscript, type TimedItem } from '../../src/core/transcript-export.js';

const item = (at: number, role: 'user' | 'agent', text: string): TimedItem => ({
  id: `item_${at}`,
  role,
  text,
  final: true,
  interrupted: false,
  at,
});
const items = [
  item(0, 'agent', 'Hello.'),
  item(4_000, 'user', 'Is 3 < 4 & "so"?'),
  item(5_000, 'user', '  '),
  item(3_723_004, 'agent', 'Yes.\n\nIt is.'),
];
const speakers = { user: 'You', agent: 'Assistant' };

describe('a conversation', () => {
  it('is a text with a line for each turn', async () => {
    const file = exportTranscript(items, 'text', speakers, [], 'call');
    expect([file.name, file.type]).toEqual(['call.txt', 'text/plain;charset=utf-8']);
    expect(await file.text()).toBe(
      'Assistant: Hello.\nYou: Is 3 < 4 & "so"?\nAssistant: Yes.\n\nIt is.\n',
    );
  });

  it('is JSON with all that is known', async () => {
    const file = exportTranscript(items, 'json', speakers);
    expect(file.name).toBe('conversation.json');
    expect(JSON.parse(await file.text())).toEqual({
      items: items.filter(({ at }) => at !== 5_000),
    });
  });

  it('is captions that a player shows', async () => {
    const file = exportTranscript(items, 'vtt', speakers);
    expect(file.type).toBe('text/vtt;charset=utf-8');
    expect(await file.text()).toBe(
      [
        'WEBVTT',
        '',
        '00:00:00.000 --> 00:00:01.000',
        '<v Assistant>Hello.',
        '',
        '00:00:04.000 --> 00:00:05.066',
        '<v You>Is 3 &lt; 4 &amp; "so"?',
        '',
        '01:02:03.004 --> 01:02:04.004',
        '<v Assistant>Yes.',
        'It is.',
        '',
      ].join('\n'),
    );
  });

  it('shows where it went on over another connection', async () => {
    const notes = [
      { text: 'First' },
      { after: 'item_4000', text: 'Connected\n\nagain --> <b>' },
      { after: 'item_3723004', text: 'Last' },
      { after: 'gone', text: 'Somewhere' },
    ];
    const [text, json, vtt] = await Promise.all(
      (['text', 'json', 'vtt'] as const).map((format) =>
        exportTranscript(items, format, speakers, notes).text(),
      ),
    );
    // The silent turn after item_4000 is not in the file; the note stands before what follows it.
    expect(text).toBe(
      [
        '(First)',
        'Assistant: Hello.',
        'You: Is 3 < 4 & "so"?',
        '(Connected\n\nagain --> <b>)',
        'Assistant: Yes.\n\nIt is.',
        '(Last)',
        '(Somewhere)\n',
      ].join('\n'),
    );
    expect(JSON.parse(json ?? '')).toMatchObject({
      notes: [
        { before: 'item_0', text: 'First' },
        { before: 'item_3723004', text: 'Connected\n\nagain --> <b>' },
        { text: 'Last' },
        { text: 'Somewhere' },
      ],
    });
    expect(vtt).toContain('\n\nNOTE Connected\nagain --&gt; &lt;b&gt;\n\n01:02:03.004 --> ');
    expect(vtt).toMatch(/\n\nNOTE Last\n\nNOTE Somewhere\n$/);
  });

  it('is a file without a line when nothing was said', async () => {
    expect(await exportTranscript([], 'text', speakers).text()).toBe('');
    expect(await exportTranscript([], 'vtt', speakers).text()).toBe('WEBVTT\n');
  });

  it.each(['pdf', '', 'constructor', '__proto__'])('cannot be %j', (format) => {
    expect(() => exportTranscript(items, format as never, speakers)).toThrow(/text, json or vtt/);
  });
});
