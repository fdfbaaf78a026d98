/** A call that goes on over another connection, as the visitor sees it. */
import { expect } from '@open-wc/testing';
import { answered, spoken } from '../support/server-events.js';
import { clear, customStates, visit } from './visitor.js';
import type { Call } from '../../src/index.js';

describe('a visitor whose connection is lost', () => {
  afterEach(clear);

  it('sees that it is made again, and where in the conversation that was', async () => {
    const calls: Call[] = [];
    const { addEventListener } = EventTarget.prototype;
    const visitor = await visit({ transcript: '' });
    EventTarget.prototype.addEventListener = function (this: EventTarget, ...given) {
      if (given[0] === 'voice-milestone') calls.push(this as unknown as Call);
      addEventListener.apply(this, given);
    };
    await visitor.talk();
    EventTarget.prototype.addEventListener = addEventListener;
    const [call] = calls;
    if (!call) throw new Error('There is no call.');
    await visitor.until(() => call.recoverer !== undefined);
    await visitor.hears(
      ...spoken('u1', 'Hello', null),
      ...answered('resp_1', 'a1', 'Good morning.', 'u1'),
    );
    const live = visitor.next('voice-state-change', ({ state }) => state.status === 'live');
    call.attempt?.line.connection?.giveUp('the test says so');
    await visitor.element.updateComplete;
    expect(customStates(visitor.element)).to.deep.equal(['recovering']);
    expect(visitor.text('status')).to.equal('Reconnecting…');
    expect(visitor.label).to.equal('End');
    await live;
    await visitor.element.updateComplete;
    expect(customStates(visitor.element)).to.deep.equal(['live', 'listening']);
    await visitor.appears('note');
    expect(visitor.text('note')).to.equal('Connected again');
    visitor.element.lang = 'de';
    await visitor.until(() => visitor.text('note') === 'Wieder verbunden');
    visitor.element.lang = '';
    await visitor.until(() => visitor.text('note') === 'Connected again');
    expect(visitor.find('note')?.previousElementSibling?.textContent).to.contain('Good morning.');
    const file = await visitor.element.exportTranscript('text');
    expect(await file.text()).to.equal('You: Hello\nAssistant: Good morning.\n(Connected again)\n');
    await visitor.hangUp();
    expect(visitor.details('voice-end').map(({ reason }) => reason)).to.deep.equal(['user']);
  });
});
