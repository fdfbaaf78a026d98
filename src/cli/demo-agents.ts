/** The agents of the demo, as the local service knows them: the shop, and the support it hands over to. */
import type { AgentOptions } from '../host/index.js';

export const demoAgents: Readonly<Record<string, AgentOptions>> = {
  default: {},
  shop: {
    label: 'Fern & Co',
    description: 'For plants, prices and deliveries.',
    instructions: 'Agent: shop',
    handoffs: ['support'],
  },
  support: {
    label: 'Support',
    description: 'For broken pots, late orders and money.',
    instructions: 'Agent: support',
    handoffs: ['shop'],
  },
};
