/**
 * Tells the service which language its transcription should expect. It adds to what the session has,
 * as soon as that is known: a session without transcription stays without, and a language that the host
 * or the page has chosen stays.
 */
import type { Call } from '../core/call.js';
import type { SessionUpdate } from '../core/protocol.js';

type Transcription = NonNullable<NonNullable<SessionUpdate['audio']>['input']>['transcription'];

export interface PageLanguage {
  /** What the page says; the browser's setting is not taken for the language of who speaks. */
  readonly said?: string | undefined;
  /** What was chosen of the supported ones; English for what is not. */
  readonly current: { readonly tag: string };
}

/**
 * @param session what the page asks for itself
 * @param page read whenever the call changes: the visitor may choose another one in a call
 */
export function attachTranscriptionLanguage(
  call: Call,
  session: SessionUpdate | undefined,
  page: () => PageLanguage,
): void {
  if (session?.audio?.input?.transcription !== undefined) return;
  /** As the service had it at first. */
  let given: Transcription | null;
  /** The hint that it has. */
  let told: string | undefined;
  const hint = () => {
    const language = codeOf(page());
    if (!given || given.language || language === told || call.state.status !== 'live') return;
    told = language;
    const transcription = { ...given, language };
    call.updateSession({ audio: { input: { transcription } } });
  };
  call.addEventListener('voice-server-event', ({ detail }) => {
    if (detail.type !== 'session.created') return;
    told = undefined;
    given = (detail.session as SessionUpdate | undefined)?.audio?.input?.transcription ?? null;
    hint();
  });
  call.addEventListener('voice-state-change', hint);
}

/** ISO 639-1. Transcription knows Norwegian as a whole. */
function codeOf({ said, current }: PageLanguage): string | undefined {
  const { tag } = current;
  if (!said || (tag === 'en' && !/^en\b/i.test(said))) return undefined;
  return tag === 'nb' ? 'no' : tag.replace(/-.*/, '');
}
