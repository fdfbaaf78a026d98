// From words to what an agent does about them: the sentences it listens for, and the intent of what
// was said or typed. It knows no sound and no protocol.
import { expandPhrase, normalize } from '../speech/grammar.js';
import type { Agent, Intent } from './agent.js';
import { echoAgent } from './echo.js';
import { shopAgent } from './shop.js';
import { supportAgent } from './support.js';

/** Every sentence that the agent understands, and what it means. */
function sentencesOf(agent: Agent): ReadonlyMap<string, Intent> {
  const sentences = new Map<string, Intent>();
  for (const intent of agent.intents) {
    for (const phrase of intent.phrases) {
      for (const sentence of expandPhrase(phrase)) {
        const other = sentences.get(sentence);
        if (other && other !== intent) {
          throw new Error(`"${sentence}" means both ${other.name} and ${intent.name}.`);
        }
        sentences.set(sentence, intent);
      }
    }
  }
  return sentences;
}

const AGENTS: readonly Agent[] = [shopAgent, supportAgent, echoAgent];

/**
 * A line `Agent: support` in the instructions names the agent, so that an update can hand over;
 * without one `model` does, and every name that is none of ours means the shop.
 */
export function agentFor(session: {
  readonly model?: string | undefined;
  readonly instructions?: string | undefined;
}): Agent {
  const marked = /^\s*agent:\s*([\w-]+)\s*$/im.exec(session.instructions ?? '')?.[1];
  const named = (name: string | undefined): Agent | undefined =>
    AGENTS.find((agent) => agent.name === name?.toLowerCase());
  return named(marked) ?? named(session.model) ?? shopAgent;
}

export class Understanding {
  readonly agent: Agent;
  readonly sentences: ReadonlyMap<string, Intent>;

  constructor(agent: Agent) {
    this.agent = agent;
    this.sentences = sentencesOf(agent);
  }

  /** What is meant by a sentence that the agent knows word for word. */
  exactly(text: string): Intent | undefined {
    return this.sentences.get(normalize(text));
  }

  /** Exact sentences first; then the sentence that shares most words; then a telling word. */
  intentOf(text: string): Intent | undefined {
    const exact = this.exactly(text);
    if (exact) return exact;
    const said = normalize(text);
    const words = new Set(said.split(' '));
    let best: Intent | undefined;
    let bestScore = 0.6;
    for (const [sentence, intent] of this.sentences) {
      const other = new Set(sentence.split(' '));
      const shared = [...words].filter((word) => other.has(word)).length;
      const score = shared / Math.max(other.size, words.size);
      if (score > bestScore) [best, bestScore] = [intent, score];
    }
    return (
      best ?? this.agent.intents.find((intent) => intent.keywords?.some((word) => words.has(word)))
    );
  }
}

/** A clause shorter than this is not worth speaking by itself. */
const MIN_CLAUSE = 12;

/** Up to the end of a sentence, or else of a word: what is being made cannot be stopped. */
const PART = /.{1,199}?[.!?](?![.!?])\s*|.{1,200}(?:\s|$)|\S{1,200}/gs;

/**
 * A long answer in the parts in which it is spoken: sentences, and the first one's first clause by
 * itself, since making sound takes time and the visitor waits only for the first of it.
 */
export function splitAnswer(text: string): string[] {
  const sentences = (text.match(PART) ?? []).map((part) => part.trim());
  const first = sentences[0] ?? '';
  const comma = first.indexOf(', ', MIN_CLAUSE);
  if (comma > 0 && first.length - comma > MIN_CLAUSE) {
    sentences.splice(0, 1, first.slice(0, comma + 1), first.slice(comma + 2));
  }
  return sentences.filter(Boolean);
}
