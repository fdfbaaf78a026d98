/** What the transcript shows beside the words of a conversation. */

/** Why an item has no end. */
export type Mark = 'stopped' | 'filtered';

/** A line between messages that nobody said. */
export interface Note {
  /** Id of the message that it follows; without one it stands first. */
  readonly after?: string | undefined;
  readonly text: string;
}

/** What is known of items beside their words. */
export interface Annotations {
  /** `data:` URLs by id. */
  readonly pictures?: ReadonlyMap<string, string>;
  readonly marks?: ReadonlyMap<string, Mark>;
  readonly notes?: readonly Note[];
}
