// OpenAI's transport for agents in the browser, as its guide says: a client secret from one's own
// server, then `connect`. It asks for the microphone and plays the sound by itself.
import { OpenAIRealtimeWebRTC } from '@openai/agents-realtime';
import { fetchSecret, onClick } from './contestant.js';

onClick(async (tokenUrl) => {
  const { value, calls_url: url } = await fetchSecret(tokenUrl);
  await new OpenAIRealtimeWebRTC().connect({ apiKey: value, url });
});
