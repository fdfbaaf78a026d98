const [agent, cart, usage] = ['voice-agent', '#cart', '#usage'].map((id) =>
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
      return { inCart: cart.childElementCount };
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
  {
    name: 'get_order_status',
    description: 'Where the visitor’s order is.',
    parameters: { type: 'object', properties: {} },
    execute: () => 'It left the green house an hour ago.',
  },
];

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
