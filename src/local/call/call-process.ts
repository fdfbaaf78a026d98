// The process of one call at a time: a native library or WebAssembly that aborts takes only this call
// down. It is forked by the front process, says when it is warm, and ends when the front process does.
import nodeDataChannel from 'node-datachannel';
import { Vad } from '../audio/vad.js';
import { OpusCodec } from '../audio/opus.js';
import { ApiError } from '../http/api-error.js';
import { Speech } from '../speech/speech.js';
import { Call } from './call.js';
import type { CallRequest, FromCall, ToCall } from './call-messages.js';

const tell = (message: FromCall): void => {
  if (process.connected) process.send?.(message);
};

/** At once, and whatever a native library is doing: there is nobody left to save anything for. */
const end = (): void => void process.kill(process.pid, 'SIGKILL');
process.on('disconnect', end);
// The front process may have ended while this one was loading, and then nobody tells.
if (!process.connected) end();
// The front process is told by the channel's end; the terminal's Ctrl+C is for it alone.
process.on('SIGINT', () => undefined);

// The library wants a function; what it says at this level is not worth a line.
nodeDataChannel.initLogger('Fatal', () => undefined);
nodeDataChannel.preload();
// The first codec of a process loads the library; a call should not wait for that.
new OpusCodec().close();
const vad = await Vad.load();
const speech = new Speech((error) => {
  console.error(error.message);
  process.exit(1);
});

let current: { readonly call: Call; readonly callId: string } | undefined;

async function take(request: CallRequest): Promise<void> {
  const { callId } = request;
  let call: Call | undefined;
  try {
    call = new Call(request, {
      vad,
      speech,
      onEnded: (reason, how) => {
        current = undefined;
        tell({ type: 'ended', callId, reason, how });
      },
      toLines: (lines, text) => tell({ type: 'message', callId, lines, text }),
      onDropped: (line) => tell({ type: 'dropped', callId, line }),
    });
    current = { call, callId };
    tell({ type: 'answer', callId, sdp: await call.answer() });
  } catch (error) {
    const known = error instanceof ApiError;
    const message = error instanceof Error ? error.message : String(error);
    tell({
      type: 'refused',
      callId,
      status: known ? error.status : 500,
      code: known ? error.code : null,
      message,
    });
    // After why: that it ended says less.
    call?.end('no answer could be made');
  }
}

process.on('message', (message: ToCall) => {
  if (message.type === 'call') {
    const { callId } = message.request;
    if (!current) void take(message.request);
    else
      tell({ type: 'refused', callId, status: 500, code: null, message: 'This process is busy.' });
    return;
  }
  if (current?.callId !== message.callId) return;
  const { call } = current;
  if (message.type === 'hangup') call.end('hung up');
  else if (message.type === 'attach') call.attach(message.line);
  else if (message.type === 'detach') call.detach(message.line);
  else call.received(message.line, message.text);
});

tell({ type: 'ready' });
void speech.ready.then(() => tell({ type: 'warm' }));
