const [agent, cart, usage, who] = ['voice-agent', '#cart', '#usage', '#who'].map((id) =>
  document.querySelector(id),
);

agent.tools = [
  {
    name: 'add_to_cart',
    description: 'Puts a plant into the cart of the visitor.',
    parameters: {
      type: 'object',
      properties: {
        product: { type: 'string', description: 'fern, cactus, monstera or orchid' },
        quantity: { type: 'integer', minimum: 1 },
      },
      required: ['product'],
    },
    // The visitor is asked before it runs.
    confirm: true,
    execute({ product, quantity = 1 }) {
      const row = document.createElement('li');
      row.textContent = `${quantity} × ${product}`;
      cart.append(row);
      return `${quantity} × ${product} is in the cart now.`;
    },
  },
  {
    name: 'get_weather',
    description: 'The weather at a place.',
    parameters: {
      type: 'object',
      properties: { location: { type: 'string' } },
      required: ['location'],
    },
    execute: ({ location }) => `In ${location} it rains, and the plants are glad.`,
  },
];

// The tool that is declared in the page's HTML.
agent.addEventListener('voice-tool-call', ({ detail }) => {
  if (detail.name === 'get_order_status') detail.respond(orderStatus());
});

/** Takes its time, as a warehouse does. */
async function orderStatus() {
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  return 'It left the green house an hour ago.';
}

agent.addEventListener('voice-handoff', ({ detail }) => {
  who.textContent = detail.label;
});

agent.guardrails = [
  function noPromisesOfMoney(text) {
    return /money back/i.test(text) && 'Only people may promise money back.';
  },
];

agent.addEventListener('voice-usage', ({ detail }) => {
  const { input, output } = detail.total;
  const tokens = [input.text, input.audio, output.text, output.audio].reduce((a, b) => a + b);
  usage.textContent = `${tokens} tokens`;
});

document.querySelector('#settings').addEventListener('change', ({ target }) => {
  if (target.checked) agent.setAttribute(target.name, target.value === 'on' ? '' : target.value);
  else agent.removeAttribute(target.name);
});

// What leaves the element: with `redact`, an e-mail address that was typed is not in it.
agent.addEventListener('voice-transcript', ({ detail }) => {
  document.querySelector('#told').textContent = detail.text;
});
