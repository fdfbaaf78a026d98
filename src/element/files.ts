/** Pictures for the agent, and the conversation to keep. Their code is loaded with the first of them. */
import type { Call } from '../core/call.js';
import type { ExportFormat } from '../core/transcript-export.js';
import { extrasOf } from './extras.js';
import { CALL_ENGLISH, type Strings } from './strings.js';

/** Shows the agent a picture, and asks for an answer. @throws what `pictureUrl` and `call.send` do */
export async function sendImage(call: Call, blob: Blob): Promise<void> {
  const { pictureUrl } = await import('./files-part.js');
  const image_url = await pictureUrl(blob);
  call.interrupt();
  call.send({
    type: 'conversation.item.create',
    item: { type: 'message', role: 'user', content: [{ type: 'input_image', image_url }] },
  });
  call.respond();
}

/** The conversation as a file. @throws {TypeError} for an unknown format */
export async function exportTranscript(
  call: Call | undefined,
  format: ExportFormat,
  words: Partial<Strings>,
): Promise<File> {
  const part = await import('./files-part.js');
  const extras = call && extrasOf(call);
  const items = (call?.items ?? []).map((item) => ({
    ...item,
    at: extras?.beginningOf(item.id) ?? 0,
  }));
  const { you, agent } = { ...CALL_ENGLISH, ...words };
  return part.exportTranscript(items, format, { user: you, agent });
}
