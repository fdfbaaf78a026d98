/** Sees what a page opens (microphones, peer connections, audio contexts) and what it leaves open. */

export interface OpenResources {
  /** What is still open now, one word for each; empty when everything was released. */
  left(): string[];
  /** Microphones that have been asked for. */
  readonly microphones: readonly Promise<MediaStream>[];
  readonly peers: readonly RTCPeerConnection[];
  readonly contexts: readonly AudioContext[];
  /** Stops looking. */
  restore(): void;
}

/** Makes `globalThis[name]` tell of every instance. */
function record(name: 'RTCPeerConnection' | 'AudioContext', instances: object[]): () => void {
  const scope = globalThis as unknown as Record<string, new (...options: unknown[]) => object>;
  const Original = scope[name];
  if (!Original) throw new Error(`There is no ${name}.`);
  scope[name] = new Proxy(Original, {
    construct(target, options, newTarget) {
      const instance = Reflect.construct(target, options, newTarget) as object;
      instances.push(instance);
      return instance;
    },
  });
  return () => {
    scope[name] = Original;
  };
}

export function watchResources(): OpenResources {
  const [peers, contexts]: [RTCPeerConnection[], AudioContext[]] = [[], []];
  const microphones: Promise<MediaStream>[] = [];
  const tracks: MediaStreamTrack[] = [];
  const restorers = [record('RTCPeerConnection', peers), record('AudioContext', contexts)];
  const { mediaDevices } = navigator;
  const getUserMedia = mediaDevices.getUserMedia.bind(mediaDevices);
  mediaDevices.getUserMedia = (constraints) => {
    const microphone = getUserMedia(constraints).then((stream) => {
      tracks.push(...stream.getTracks());
      return stream;
    });
    microphones.push(microphone);
    return microphone;
  };
  return {
    microphones,
    peers,
    contexts,
    left: () => [
      ...tracks.filter(({ readyState }) => readyState === 'live').map(() => 'microphone'),
      ...peers.filter(({ signalingState }) => signalingState !== 'closed').map(() => 'connection'),
      ...contexts.filter(({ state }) => state !== 'closed').map(() => 'audio context'),
    ],
    restore() {
      for (const undo of restorers) undo();
      mediaDevices.getUserMedia = getUserMedia;
    },
  };
}
