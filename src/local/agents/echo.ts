// The echo agent: plays back what it heard, to check microphone and loudspeaker by ear.
import type { Agent } from './agent.js';

export const echoAgent: Agent = {
  name: 'echo',
  greeting: 'Say something, and I will play it back to you.',
  notUnderstood: 'I only repeat what I hear. Say something.',
  nothingNew: 'Say something, and I will play it back to you.',
  stillThere: 'I did not hear anything. Is your microphone on?',
  intents: [],
  pronunciations: {},
  echo: true,
};
