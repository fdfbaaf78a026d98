/** After a call a visitor says how it was, where the page wants to know. */
import { expect } from '@open-wc/testing';
import type { VoiceFeedbackDetail } from '../../src/index.js';
import { clear, visit, type Visitor } from './visitor.js';

describe('a visitor who is asked how it was', () => {
  let told: VoiceFeedbackDetail[];
  const listen = ({ detail }: CustomEvent<VoiceFeedbackDetail>) => told.push(detail);

  beforeEach(() => {
    told = [];
    document.addEventListener('voice-feedback', listen);
  });
  afterEach(async () => {
    document.removeEventListener('voice-feedback', listen);
    await clear();
  });

  async function afterCall(attributes: Record<string, string> = {}): Promise<Visitor> {
    const visitor = await visit({ feedback: '', ...attributes });
    await visitor.talk();
    await visitor.hangUp();
    await visitor.appears('feedback');
    return visitor;
  }

  const buttons = (visitor: Visitor) => [
    ...visitor.root.querySelectorAll<HTMLElement>('[part~="rating-button"]'),
  ];

  async function add(visitor: Visitor, text: string): Promise<void> {
    const input = visitor.part('input') as HTMLInputElement;
    input.value = text;
    visitor.root.querySelector<HTMLFormElement>('.more')!.requestSubmit();
    await visitor.element.updateComplete;
  }

  it('answers with a press, and is thanked', async () => {
    const visitor = await afterCall();
    expect(visitor.text('feedback')).to.equal('How was it?');
    const [good, bad] = buttons(visitor);
    expect([good!.ariaLabel, bad!.ariaLabel]).to.deep.equal(['Good', 'Bad']);
    good!.click();
    await visitor.element.updateComplete;
    expect(told.map(({ rating }) => rating)).to.deep.equal(['good']);
    expect(visitor.text('feedback')).to.equal('Thank you!');
    expect(good!.ariaPressed).to.equal('true');
    good!.click();
    bad!.click();
    expect(told.map(({ rating }) => rating)).to.deep.equal(['good', 'bad']);
  });

  it('may add a sentence, once', async () => {
    const visitor = await afterCall();
    buttons(visitor)[1]!.click();
    await visitor.element.updateComplete;
    await add(visitor, '   ');
    expect(told).to.have.length(1);
    await add(visitor, ' Too fast. ');
    expect(told.at(-1)).to.include({ rating: 'bad', text: 'Too fast.' });
    expect(visitor.root.querySelector('.more')).to.equal(null);
    expect(visitor.text('feedback')).to.equal('Thank you!');
    expect(visitor.root.activeElement).to.equal(visitor.main);
  });

  it('is asked again after the next call, and not during it', async () => {
    const visitor = await afterCall();
    buttons(visitor)[0]!.click();
    await visitor.talk();
    expect(visitor.find('feedback')).to.equal(null);
    await visitor.hangUp();
    await visitor.appears('feedback');
    expect(visitor.text('feedback')).to.equal('How was it?');
  });

  it('is not asked where the page does not want to know, or nothing was live', async () => {
    const silent = await visit();
    await silent.talk();
    await silent.hangUp();
    expect(silent.find('feedback')).to.equal(null);
    await clear();
    const visitor = await visit({ feedback: '' });
    const ended = visitor.next('voice-end');
    visitor.element.tokenSource = () => Promise.reject(new Error('no'));
    await visitor.press('start-button');
    await ended;
    await visitor.element.updateComplete;
    expect(visitor.find('feedback')).to.equal(null);
  });

  it('says nothing to the page that the page wants redacted', async () => {
    const visitor = await afterCall({ redact: '' });
    buttons(visitor)[1]!.click();
    await visitor.element.updateComplete;
    await add(visitor, 'Write to ada@example.com');
    expect(told.at(-1)!.text).not.to.contain('ada@');
    expect(told.at(-1)!.text).to.contain('Write to');
  });
});
