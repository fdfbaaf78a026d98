import { Call, endpoint } from '/dist/core/index.js';

const [talk, state, said] = ['#talk', '#state', '#events'].map((id) => document.querySelector(id));
const call = new Call({ tokenSource: endpoint('/token'), greeting: true });

talk.onclick = () => (call.state.status === 'live' ? call.end() : call.start()).catch(() => {});
call.addEventListener('voice-state-change', ({ detail }) => {
  const { status, turn, error } = detail.state;
  state.textContent = error?.message ?? turn ?? status;
  talk.textContent = status === 'live' ? 'End' : 'Talk';
});
call.addEventListener('voice-error', ({ detail }) => (state.textContent = detail.error.message));
call.addEventListener('voice-transcript', () =>
  said.replaceChildren(
    ...call.items.map(({ role, text }) =>
      Object.assign(document.createElement('li'), { textContent: `${role}: ${text}` }),
    ),
  ),
);
