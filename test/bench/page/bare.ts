// A call with nothing but the browser: what is left when every library is taken away.
import { exchange, fetchSecret, onClick } from './contestant.js';

onClick(async (tokenUrl) => {
  const microphone = await navigator.mediaDevices.getUserMedia({
    audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
  });
  const secret = await fetchSecret(tokenUrl);
  const peer = new RTCPeerConnection();
  const audio = document.createElement('audio');
  audio.autoplay = true;
  peer.addEventListener('track', ({ streams: [stream = null] }) => (audio.srcObject = stream));
  for (const track of microphone.getTracks()) peer.addTrack(track, microphone);
  const channel = peer.createDataChannel('oai-events');
  await peer.setLocalDescription();
  const sdp = await exchange(peer.localDescription?.sdp ?? '', secret);
  await peer.setRemoteDescription({ type: 'answer', sdp });
  await new Promise((resolve) => channel.addEventListener('message', resolve, { once: true }));
});
