// What the service sends, as the `openai` package types it: a wrong name or field does not compile.
import type { RealtimeServerEvent } from 'openai/resources/realtime/realtime';

type WithoutId<T> = T extends unknown ? Omit<T, 'event_id'> : never;

/** A server event before it has its id. */
export type ServerEvent = WithoutId<RealtimeServerEvent>;
export type Emit = (event: ServerEvent) => void;
