// OpenAI's helper for WebRTC of the package `openai`, with the code one writes around it: microphone,
// client secret, connect.
import { OpenAIRealtimeWebRTC } from 'openai/realtime/webrtc';
import { exchange, fetchSecret, onClick } from './contestant.js';

onClick(async (tokenUrl) => {
  const microphone = await navigator.mediaDevices.getUserMedia({ audio: true });
  const secret = await fetchSecret(tokenUrl);
  const realtime = new OpenAIRealtimeWebRTC();
  const peer = realtime.peerConnection;
  const audio = document.createElement('audio');
  audio.autoplay = true;
  peer.addEventListener('track', ({ streams: [stream = null] }) => (audio.srcObject = stream));
  for (const track of microphone.getTracks()) peer.addTrack(track, microphone);
  await realtime.connect({ exchangeSdp: (offer) => exchange(offer, secret) });
});
