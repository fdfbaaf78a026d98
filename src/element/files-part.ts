/** What the element loads when a picture is sent, or seen, or the conversation is kept. */
export { pictureUrl } from '../core/image.js';
export { drawPicture } from './draw-picture.js';
export { exportConversation, sendImage, sendMessage } from './files.js';
