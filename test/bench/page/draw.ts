// One canvas that draws a call's agent voice: a visualizer of the element, or another library given
// the same track. The page makes the sound itself, so that nothing but the drawing differs.
import AudioMotionAnalyzer from 'audiomotion-analyzer';
import WaveSurfer from 'wavesurfer.js';
import RecordPlugin from 'wavesurfer.js/dist/plugins/record.esm.js';
import { startFrameLoop } from '../../../src/element/visualizers/frame-loop.js';
import { LevelMeter } from '../../../src/media/level-meter.js';

declare global {
  interface Window {
    /** Draws the recording at `url` with `contestant` from now on; resolves when it does. */
    draw(contestant: string, url: string): Promise<void>;
  }
}

const [WIDTH, HEIGHT] = [360, 72];

window.draw = async (contestant, url) => {
  const context = new AudioContext();
  const bytes = await (await fetch(url)).arrayBuffer();
  const buffer = await context.decodeAudioData(bytes);
  const source = new AudioBufferSourceNode(context, { buffer, loop: true });
  const output = new MediaStreamAudioDestinationNode(context);
  source.connect(output);
  source.start();
  const { stream } = output;
  const box = document.createElement('div');
  box.style.cssText = `width: ${WIDTH}px; height: ${HEIGHT}px; color: #4338ca; caret-color: #0f766e; outline-color: #4338ca`;
  document.body.append(box);
  if (contestant === 'nothing') return;
  if (contestant === 'frames alone') {
    const next = () => requestAnimationFrame(next);
    next();
    return;
  }
  if (contestant === 'wavesurfer.js') {
    const record = RecordPlugin.create({ scrollingWaveform: true, renderRecordedAudio: false });
    const bars = { barWidth: 2, barGap: 2, barRadius: 2 };
    WaveSurfer.create({ container: box, height: HEIGHT, ...bars, plugins: [record] });
    record.renderMicStream(stream);
    return;
  }
  if (contestant === 'audiomotion-analyzer') {
    const audioCtx = context;
    const bars = { mode: 6, showScaleX: false, showScaleY: false, showPeaks: false } as const;
    const size = { width: WIDTH, height: HEIGHT };
    const analyzer = new AudioMotionAnalyzer(box, {
      audioCtx,
      connectSpeakers: false,
      ...bars,
      ...size,
    });
    analyzer.connectInput(new MediaStreamAudioSourceNode(context, { mediaStream: stream }));
    return;
  }
  const canvas = document.createElement('canvas');
  canvas.style.cssText = 'width: 100%; height: 100%; color: #4338ca; caret-color: #0f766e';
  box.append(canvas);
  const [track] = stream.getAudioTracks() as [MediaStreamTrack];
  // The visitor's side is measured as well, as in a call.
  const meter = new LevelMeter(track.clone(), track);
  startFrameLoop(canvas, () => meter).show(contestant, 'speaking');
};
