/**
 * The two dialects of the protocol: events of the beta, which Azure's preview speaks, as GA's, and
 * GA's as beta's. Pure, and it never throws: what has another shape than expected passes as it is.
 * It does not know which dialect a call needs.
 *
 * Names are those of Microsoft's migration guide from preview to GA and of its preview reference.
 * A field that is undefined counts as left out, as it is in JSON.
 */
import type { ClientEvent, ServerEvent } from './protocol.js';

type Fields = Record<string, unknown>;
type Change = (value: unknown) => unknown;

/** The fields of a session: beta's, which are flat, and GA's with the side of `audio` they are on. */
const FIELDS: [beta: string, ga: string, side?: string][] = [
  ['modalities', 'output_modalities'],
  ['max_response_output_tokens', 'max_output_tokens'],
  ['voice', 'voice', 'output'],
  ['speed', 'speed', 'output'],
  ['output_audio_format', 'format', 'output'],
  ['input_audio_format', 'format', 'input'],
  ['input_audio_transcription', 'transcription', 'input'],
  ['input_audio_noise_reduction', 'noise_reduction', 'input'],
  ['turn_detection', 'turn_detection', 'input'],
];

/** Parts of an agent's message, and formats: beta's words, and GA's. */
const WORDS = [
  ['text', 'output_text'],
  ['audio', 'output_audio'],
  ['pcm16', 'audio/pcm'],
  ['g711_ulaw', 'audio/pcmu'],
  ['g711_alaw', 'audio/pcma'],
];

/** What a line translates with. */
export const dialect = () => ({ toGa, toBeta, close: () => undefined });

/**
 * A server event as GA would have sent it. Some are two there: an item is first added and then done,
 * an agent's when its response says so. What is GA's already stays as it is.
 */
export function toGa(event: ServerEvent): ServerEvent[] {
  const named = changed(changed(event, 'type', gaType), 'item', gaItem);
  const ga = changed(changed(named, 'session', gaSession), 'response', (response) =>
    changed(response, 'output', each(gaItem)),
  ) as ServerEvent;
  const { type, item } = fields(ga);
  const itemIs = (what: string) => ({ ...ga, type: `conversation.item.${what}` }) as ServerEvent;
  if (type === 'conversation.item.created') {
    const { type: kind, role = kind } = fields(item);
    const whole = role === 'user' || role === 'system' || role === 'function_call_output';
    return whole ? [itemIs('added'), itemIs('done')] : [itemIs('added')];
  }
  const ofBeta = item !== fields(event).item;
  return ofBeta && type === 'response.output_item.done' ? [ga, itemIs('done')] : [ga];
}

/** A client event as beta takes it. What beta has no word for stays: the service then says so. */
export function toBeta(event: ClientEvent): ClientEvent {
  const beta = changed(changed(event, 'item', betaItem), 'session', betaSession);
  return changed(beta, 'response', (response) =>
    changed(betaSession(response), 'input', each(betaItem)),
  ) as ClientEvent;
}

const gaType: Change = (type) =>
  typeof type === 'string'
    ? type.replace(/^response\.(?=(text|audio|audio_transcript)\.)/, '$&output_')
    : type;

const gaItem = itemIn(1);
const betaItem = itemIn(0);

/** Nobody's parts but the agent's have two names. */
function itemIn(dialect: 0 | 1): Change {
  const content = each((part) => changed(part, 'type', (type) => word(type, dialect) ?? type));
  return (item) => (fields(item).role === 'assistant' ? changed(item, 'content', content) : item);
}

function word(of: unknown, dialect: 0 | 1): string | undefined {
  return WORDS.find((pair) => pair[1 - dialect] === of)?.[dialect];
}

function gaSession(session: unknown): unknown {
  const beta = fields(session);
  if (FIELDS.every(([name]) => beta[name] === undefined)) return session;
  const ga: Fields = { ...beta, type: 'realtime', temperature: undefined };
  for (const [name, key, side] of FIELDS) {
    let value = beta[name];
    if (value === undefined) continue;
    if (speaks(value)) value = ['audio'];
    if (fields(value).type === 'none') value = null;
    if (key === 'format') value = { type: word(value, 1) ?? value };
    ga[name] = undefined;
    if (side) {
      const audio = fields(ga.audio);
      ga.audio = { ...audio, [side]: { ...fields(audio[side]), [key]: value } };
    } else ga[key] = value;
  }
  return ga;
}

/** Of a session, or of the fields of one response that go over its session's. */
function betaSession(session: unknown): unknown {
  if (!isFields(session)) return session;
  const beta: Fields = { ...session, type: undefined, audio: undefined };
  for (const [name, key, side] of FIELDS) {
    const from = side ? fields(fields(session.audio)[side]) : beta;
    let value = from[key];
    if (value === undefined) continue;
    // Beta cannot speak without writing as well.
    if (speaks(value)) value = ['audio', 'text'];
    if (key === 'format') value = word(fields(value).type, 0) ?? value;
    if (!side) beta[key] = undefined;
    beta[name] = value;
  }
  return beta;
}

function speaks(modalities: unknown): boolean {
  return Array.isArray(modalities) && modalities.includes('audio');
}

/** The very same object where nothing else becomes of that field. */
function changed(of: unknown, key: string, change: Change): unknown {
  if (!isFields(of)) return of;
  const value = change(of[key]);
  return value === of[key] ? of : { ...of, [key]: value };
}

function each(change: Change): Change {
  return (list) => {
    if (!Array.isArray(list)) return list;
    const changes: unknown[] = list.map(change);
    return changes.every((one, index) => one === list[index]) ? (list as unknown) : changes;
  };
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fields(value: unknown): Fields {
  return isFields(value) ? value : {};
}
