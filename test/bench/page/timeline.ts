// Runs in every contestant's page before its own script: notes when each step of connecting begins
// and ends, by looking at the browser's own interfaces, so that all are measured with the same ruler.
// It changes nothing of what they do.

/** Milliseconds of `performance.now()`; what did not happen is missing. */
export interface Timeline {
  /** The click reached the page. */
  click?: number;
  /** The contestant says that the visitor can speak. */
  live?: number;
  microphoneAsked?: number;
  microphone?: number;
  /** The peer connection was made. */
  peer?: number;
  /** The answer was given to the browser. */
  answered?: number;
  ice?: number;
  dtls?: number;
  channel?: number;
  /** The service's first event. */
  session?: number;
  tokenAsked?: number;
  token?: number;
  /** The POST of the offer, its CORS preflight included. */
  offerSent?: number;
  answer?: number;
  /** Only this element: its `voice-metrics` event of kind `connect`. */
  metrics?: Readonly<Record<string, number | string>>;
  error?: string;
}

declare global {
  interface Window {
    timeline: Timeline;
    /** Clicks the page's one button, without a pointer. */
    clickButton: () => void;
    /** Lets the service know that the call is over; a page that only vanishes does not. */
    hangUp: () => void;
    /** The track that brings the agent's voice. */
    agentTrack?: MediaStreamTrack;
    visitorTrack?: MediaStreamTrack;
  }
}

const timeline: Timeline = {};
window.timeline = timeline;

function mark(step: Exclude<keyof Timeline, 'metrics' | 'error'>): void {
  timeline[step] ??= performance.now();
}

window.clickButton = () => {
  const root = document.querySelector('voice-agent')?.shadowRoot ?? document;
  root.querySelector('button')?.click();
};

window.addEventListener('click', () => mark('click'), { capture: true });

const devices = navigator.mediaDevices;
const getUserMedia = devices.getUserMedia.bind(devices);
devices.getUserMedia = async (constraints) => {
  mark('microphoneAsked');
  const stream = await getUserMedia(constraints);
  mark('microphone');
  window.visitorTrack = stream.getAudioTracks()[0];
  return stream;
};

window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(configuration?: RTCConfiguration) {
    super(configuration);
    mark('peer');
    window.hangUp = () => this.close();
    this.addEventListener('track', ({ track }) => (window.agentTrack = track));
    this.addEventListener('iceconnectionstatechange', () => {
      if (/connected|completed/.test(this.iceConnectionState)) mark('ice');
    });
    this.addEventListener('connectionstatechange', () => {
      if (this.connectionState === 'connected') mark('dtls');
    });
  }

  override createDataChannel(label: string, options?: RTCDataChannelInit): RTCDataChannel {
    const channel = super.createDataChannel(label, options);
    channel.addEventListener('open', () => mark('channel'));
    channel.addEventListener('message', () => mark('session'), { once: true });
    return channel;
  }

  override setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
    mark('answered');
    return super.setRemoteDescription(description);
  }
};

new PerformanceObserver((list) => {
  for (const { name, startTime, responseEnd } of list.getEntries() as PerformanceResourceTiming[]) {
    if (/\/token(\?|$)/.test(name)) {
      timeline.tokenAsked ??= startTime;
      timeline.token ??= responseEnd;
    }
    if (/\/realtime\/calls(\?|$)/.test(name)) {
      timeline.offerSent = startTime;
      timeline.answer = responseEnd;
    }
  }
}).observe({ type: 'resource', buffered: true });
