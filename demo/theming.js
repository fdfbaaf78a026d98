// The theme builder: what the controls say becomes custom properties of one element, and text to copy.
const [form, agent, css, copy, copied] = ['#controls', '#mine', '#css', '#copy', '#copied'].map(
  (id) => document.querySelector(id),
);

const sheet = new CSSStyleSheet();
document.adoptedStyleSheets.push(sheet);

/** Only what differs from the element's own values. */
function declarations() {
  return [...form.querySelectorAll('input')]
    .filter(({ value, defaultValue }) => value !== defaultValue)
    .map(
      ({ name, type, value }) =>
        `  --voice-agent-${name}: ${value}${type === 'range' ? 'rem' : ''};\n`,
    );
}

function show() {
  const lines = declarations();
  const { layout, visualizer, transcript } = form.elements;
  agent.layout = layout.value;
  agent.visualizer = visualizer.value;
  agent.transcript = transcript.checked;
  sheet.replaceSync(`#mine {\n${lines.join('')}}`);
  const attributes = [
    // The colours chosen are those of a light panel.
    ['theme', lines.length > 0 ? 'light' : 'auto', 'auto'],
    ['layout', layout.value, 'inline'],
    ['visualizer', visualizer.value, 'bars'],
  ]
    .filter(([, value, usual]) => value !== usual)
    .map(([name, value]) => ` ${name}="${value}"`);
  if (transcript.checked) attributes.push(' transcript');
  css.textContent =
    `<voice-agent token-url="/token"${attributes.join('')}></voice-agent>\n\n` +
    (lines.length > 0
      ? `voice-agent {\n${lines.join('')}}`
      : '/* Move a control: its line appears here. */');
  copied.value = '';
}

// One conversation at a time: whoever starts the next one ends the one before.
document.addEventListener('voice-start', async (event) => {
  const next = event.target;
  const others = [...document.querySelectorAll('voice-agent')].filter(
    (other) => other !== next && !['idle', 'ended'].includes(other.state.status),
  );
  if (others.length === 0) return;
  event.preventDefault();
  await Promise.all(others.map((other) => other.end()));
  // Why it did not start is on screen.
  next.start().catch(() => undefined);
});

form.addEventListener('input', show);
form.addEventListener('reset', () => queueMicrotask(show));
copy.addEventListener('click', async () => {
  try {
    await navigator.clipboard.writeText(css.textContent);
    copied.value = 'Copied';
  } catch {
    getSelection()?.selectAllChildren(css);
    copied.value = 'Selected: copy it with the keyboard';
  }
});
show();
