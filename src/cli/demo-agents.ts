/**
 * The agents of the demo: the shop, and the support it hands over to. The first line of the
 * instructions is for the local service, which knows both; the others are for a model.
 */
import type { AgentOptions } from '../host/index.js';

export const demoAgents: Readonly<Record<string, AgentOptions>> = {
  default: {},
  shop: {
    label: 'Fern & Co',
    description: 'For plants, prices and deliveries.',
    instructions: `Agent: shop
You serve the visitors of Fern & Co, a small shop for plants, in one or two short sentences.
Broken pots, late orders and money are for the support.`,
    handoffs: ['support'],
  },
  support: {
    label: 'Support',
    description: 'For broken pots, late orders and money.',
    instructions: `Agent: support
You are the support of Fern & Co, a small shop for plants, and answer in one or two short sentences.
Whatever else visitors want to know is for the shop.`,
    handoffs: ['shop'],
  },
};
