// Listens to the microphone's track and to the agent's, whoever made the call.
import type { HeardAnswer } from './ear-worklet.js';
import type {} from './timeline.js';

declare global {
  interface Window {
    /** Begins to listen; the call must be live. */
    listen: () => Promise<void>;
    answers: HeardAnswer[];
  }
}

window.answers = [];
window.listen = async () => {
  const { visitorTrack, agentTrack } = window;
  if (!visitorTrack || !agentTrack) throw new Error('There is no call to listen to.');
  const context = new AudioContext();
  await context.audioWorklet.addModule('ear-worklet.js');
  const ear = new AudioWorkletNode(context, 'ear', { numberOfInputs: 2, numberOfOutputs: 0 });
  ear.port.onmessage = ({ data }: MessageEvent<HeardAnswer>) => window.answers.push(data);
  for (const [input, track] of [visitorTrack, agentTrack].entries()) {
    context.createMediaStreamSource(new MediaStream([track])).connect(ear, 0, input);
  }
  await context.resume();
};
