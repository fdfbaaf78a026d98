/** Pictures for the agent, and the conversation to keep: loaded with the first of them. */
import type { Call } from '../core/call.js';
import { pictureUrl } from '../core/image.js';
import { PICTURE } from '../core/transcript.js';
import { exportTranscript, type ExportFormat } from '../core/transcript-export.js';
import type { Extras } from './extras.js';
import { TRANSCRIPT_ENGLISH, type KnownStrings } from './strings.js';

/** In characters, of one event: what a data channel carries safely. */
const MAX_LENGTH = 150_000;

/** What the element keeps of the call that a picture is for. */
type Shown = Pick<Extras, 'about'> | undefined;

/** Shows the agent a picture, and asks for an answer. @throws what `pictureUrl` and `call.send` do */
export async function sendImage(call: Call, extras: Shown, blob: Blob): Promise<void> {
  sendMessage(call, extras, '', [await pictureUrl(blob)]);
}

/**
 * Says `text` and shows `pictures` as the visitor, and asks for one answer to all of it. An event has room
 * for one picture: each is an item of its own, and the text goes with the last one.
 */
export function sendMessage(
  call: Call,
  extras: Shown,
  text: string,
  pictures: readonly string[],
): void {
  call.interrupt();
  for (const [index, image_url] of pictures.entries()) {
    const isLast = index === pictures.length - 1;
    const withText = isLast && text !== '' && image_url.length + text.length <= MAX_LENGTH;
    const id = `picture_${crypto.randomUUID().replaceAll('-', '').slice(8)}`;
    extras?.about.pictures.set(id, image_url);
    const words = [{ type: 'input_text', text }] as const;
    call.send({
      type: 'conversation.item.create',
      item: {
        id,
        type: 'message',
        role: 'user',
        content: [{ type: 'input_image', image_url }, ...(withText ? words : [])],
      },
    });
    if (withText) text = '';
  }
  if (text) call.sendText(text);
  else call.respond();
}

/** The conversation as a file. @throws {TypeError} for an unknown format */
export function exportConversation(
  extras: Extras | undefined,
  format: ExportFormat,
  known: KnownStrings,
): File {
  const { you, agent, picture } = { ...TRANSCRIPT_ENGLISH, ...known };
  const items = (extras?.items ?? []).map((item) => ({
    ...item,
    text: item.text.replace(PICTURE, `(${picture}) `),
    at: extras?.about.begun.get(item.id) ?? 0,
  }));
  const notes = extras?.annotations(known).notes;
  return exportTranscript(items, format, { user: you, agent }, notes);
}
