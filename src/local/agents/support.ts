// The agent to whom the shop hands over: it knows orders that went wrong, and nothing about plants.
import type { Agent } from './agent.js';

export const supportAgent: Agent = {
  name: 'support',
  greeting: 'Hello, this is the support of Fern and Co. What went wrong?',
  notUnderstood: 'I heard you, but here I only know about broken pots, late orders and your money.',
  nothingNew: 'You can tell me about a broken pot, a late order or your money.',
  stillThere: 'Are you still there? Tell me what went wrong.',
  pronunciations: {},
  intents: [
    {
      name: 'hello',
      phrases: ['(hello|hi) [there]'],
      answer: 'Hello. I am sorry that you need me. What went wrong?',
    },
    {
      name: 'broken',
      phrases: ['my (pot|plant|order) is broken', 'the pot was broken'],
      answer: 'I am sorry. We send you a new one tomorrow, and you can keep the old one.',
      keywords: ['broken', 'broke', 'damaged'],
    },
    {
      name: 'late',
      phrases: ['my order is late', 'where is my order', 'my order did not come'],
      answer: 'I see it. It is on the road, and it will be with you this evening.',
      keywords: ['late', 'order'],
      tool: { name: 'get_order_status', arguments: {} },
    },
    {
      name: 'money',
      phrases: ['i want my money back', 'can i have my money back'],
      answer: 'Of course. You will have your money in three days.',
      keywords: ['money', 'refund'],
    },
    {
      name: 'back-to-shop',
      phrases: ['(take|send) me back to the shop', 'i want to talk to the shop'],
      answer: 'Please call the shop again.',
      tool: { name: 'transfer_to_shop', arguments: {} },
    },
    {
      name: 'goodbye',
      phrases: ['(goodbye|bye)', 'thank you'],
      answer: 'Goodbye, and I am sorry for the trouble.',
      keywords: ['goodbye', 'bye', 'thanks'],
      tool: { name: 'end_call', arguments: {} },
    },
  ],
};
