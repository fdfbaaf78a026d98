/**
 * The names of the realtime protocol, borrowed from the types of the `openai` package so that a
 * misspelt event does not compile. Nothing of it reaches the bundle.
 */
import type {
  RealtimeClientEvent,
  RealtimeServerEvent,
  RealtimeSessionCreateRequest,
} from 'openai/resources/realtime/realtime';

export type ServerEvent = RealtimeServerEvent;
export type ClientEvent = RealtimeClientEvent;

/** Part of a session's configuration, as `session.update` takes it. `type` is filled in. */
export type SessionUpdate = Partial<Omit<RealtimeSessionCreateRequest, 'type'>>;
