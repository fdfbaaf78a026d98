/** What the element loads when the conversation is to be seen. */
export { chatStyles } from './chat-styles.js';
export { TranscriptView } from './transcript-view.js';
