// What an agent is: the phrases it understands and what it says to them. It knows no protocol.

/** A function of the page that a phrase asks for. It is called only when the session offers it. */
export interface ToolRequest {
  readonly name: string;
  readonly arguments: Readonly<Record<string, string | number | boolean>>;
  /** Said with the tool's output; without it, the output is read out as it is. */
  readonly say?: (output: string) => string;
}

/** One thing that a visitor may want. */
export interface Intent {
  readonly name: string;
  /** `[x]` may be left out, `(x|y)` is a choice. */
  readonly phrases: readonly string[];
  /** Spoken sentence by sentence. */
  readonly answer: string;
  readonly tool?: ToolRequest;
  /** Words that are enough to mean this in typed text. */
  readonly keywords?: readonly string[];
}

export interface Agent {
  readonly name: string;
  readonly greeting: string;
  /** Said to speech or text that is none of the phrases. */
  readonly notUnderstood: string;
  /** Said when asked to answer once more with nothing new said. */
  readonly nothingNew: string;
  /** Said when nobody spoke for the session's idle timeout. */
  readonly stillThere: string;
  readonly intents: readonly Intent[];
  /** ARPAbet for words that are in no dictionary. */
  readonly pronunciations: Readonly<Record<string, string>>;
  /** Plays back what it heard and understands nothing. */
  readonly echo?: true;
}
