/** What the element loads when a picture is sent, or the conversation is kept. */
export { pictureUrl } from '../core/image.js';
export { exportTranscript } from '../core/transcript-export.js';
