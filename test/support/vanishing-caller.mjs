// A caller to be killed: holds a call and says "open" when it is up. A process of its own, because
// a client that is only closed says goodbye, and a killed one does not.
import nodeDataChannel from 'node-datachannel';

const url = process.argv[2];
const connection = new nodeDataChannel.PeerConnection('caller', {
  iceServers: [],
  bindAddress: '127.0.0.1',
  disableAutoNegotiation: true,
});
const channel = connection.createDataChannel('oai-events');
channel.onMessage(() => process.stdout.write('open\n'));
const gathered = new Promise((resolve) =>
  connection.onGatheringStateChange((state) => state === 'complete' && resolve(undefined)),
);
connection.setLocalDescription('offer');
await gathered;
const response = await fetch(`${url}/v1/realtime/calls`, {
  method: 'POST',
  headers: { Authorization: 'Bearer test', 'Content-Type': 'application/sdp' },
  body: connection.localDescription()?.sdp ?? '',
});
connection.setRemoteDescription(await response.text(), 'answer');
