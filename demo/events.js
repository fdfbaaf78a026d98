// Lists every event of every <voice-agent> on the page. They bubble, so one listener per name at the
// document is enough.
const list = document.querySelector('#events');
const MOST = 2000;

const NAMES = [
  'voice-start',
  'voice-state-change',
  'voice-end',
  'voice-transcript',
  'voice-error',
  'voice-metrics',
  'voice-tool-call',
  'voice-tool-result',
  'voice-approval-request',
  'voice-guardrail',
  'voice-usage',
  'voice-handoff',
  'voice-consent',
  'voice-feedback',
  'voice-server-event',
];

for (const name of NAMES) {
  document.addEventListener(name, ({ detail }) => add(name, words(name, detail)));
}

document.querySelector('#clear').addEventListener('click', () => list.replaceChildren());

function add(name, text) {
  const row = document.createElement('li');
  row.className = name;
  const time = document.createElement('time');
  time.textContent = new Date().toISOString().slice(11, 23);
  const title = document.createElement('b');
  title.textContent = name;
  const detail = document.createElement('span');
  detail.textContent = text;
  row.append(time, title, detail);
  const atEnd = list.scrollTop + list.clientHeight > list.scrollHeight - 20;
  list.append(row);
  if (list.childElementCount > MOST) list.firstElementChild.remove();
  if (atEnd) list.scrollTop = list.scrollHeight;
}

function words(name, detail) {
  if (name === 'voice-state-change') {
    const { status, turn = '', waitingFor } = detail.state;
    return [status, turn, waitingFor ? `waiting for ${[...waitingFor].join(', ')}` : ''].join(' ');
  }
  if (name === 'voice-error') return `${detail.error.code}: ${detail.error.message}`;
  if (name === 'voice-server-event') return detail.type;
  if (name === 'voice-metrics') return JSON.stringify(detail, (_, v) => round(v));
  return JSON.stringify(detail);
}

function round(value) {
  return typeof value === 'number' ? Math.round(value) : value;
}
