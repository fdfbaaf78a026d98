// What the call's thread and its speech worker say to each other. Types only.
import type { Vocabulary } from './recognizer.js';

export type ToWorker =
  | { readonly type: 'listen'; readonly vocabulary: Vocabulary }
  | { readonly type: 'hear'; readonly samples: Int16Array }
  | { readonly type: 'finish'; readonly id: number }
  | { readonly type: 'cancel' }
  | { readonly type: 'speak'; readonly id: number; readonly text: string; readonly speed: number };

export type FromWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'heard'; readonly id: number; readonly text: string | undefined }
  | { readonly type: 'spoken'; readonly id: number; readonly samples: Int16Array }
  | { readonly type: 'failed'; readonly id: number; readonly message: string };
