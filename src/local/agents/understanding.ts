// From words to what an agent does about them: the sentences it listens for, and the intent of what
// was said or typed. It knows no sound and no protocol.
import { expandPhrase, normalize } from '../speech/grammar.js';
import type { Agent, Intent } from './agent.js';
import { echoAgent } from './echo.js';
import { shopAgent } from './shop.js';

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

/** `session.model` names the agent; every name that is none of ours means the shop. */
export function agentFor(model: string | undefined): Agent {
  return model === echoAgent.name ? echoAgent : shopAgent;
}

export class Understanding {
  readonly agent: Agent;
  readonly sentences: ReadonlyMap<string, Intent>;

  constructor(agent: Agent) {
    this.agent = agent;
    this.sentences = sentencesOf(agent);
  }

  /** Exact sentences first; then the sentence that shares most words; then a telling word. */
  intentOf(text: string): Intent | undefined {
    const said = normalize(text);
    const exact = this.sentences.get(said);
    if (exact) return exact;
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

/** Fills `$plant` and the like in a tool's arguments with the word that was said. */
export function toolArguments(intent: Intent, said: string): string {
  const plant = /\b(fern|cactus|monstera|orchid)\b/.exec(normalize(said))?.[1] ?? 'fern';
  return JSON.stringify(intent.tool?.arguments ?? {}, (_key, value: unknown) =>
    value === '$plant' ? plant : value,
  );
}

/** A clause shorter than this is not worth speaking by itself. */
const MIN_CLAUSE = 12;

/**
 * A long answer in the parts in which it is spoken: sentences, and the first one's first clause by
 * itself, since making sound takes time and the visitor waits only for the first of it.
 */
export function splitAnswer(text: string): string[] {
  const sentences = (text.match(/[^.!?]+[.!?]*\s*/g) ?? [text]).map((part) => part.trim());
  const first = sentences[0] ?? '';
  const comma = first.indexOf(', ', MIN_CLAUSE);
  if (comma > 0 && first.length - comma > MIN_CLAUSE) {
    sentences.splice(0, 1, first.slice(0, comma + 1), first.slice(comma + 2));
  }
  return sentences.filter(Boolean);
}

/** A tool's output as something that can be said. */
export function speakable(output: string): string {
  let value: unknown = output;
  try {
    value = JSON.parse(output);
  } catch {
    // Plain text is said as it is.
  }
  const say = (part: unknown): string => {
    if (part === null || part === undefined) return '';
    if (Array.isArray(part)) return part.map(say).filter(Boolean).join(', ');
    if (typeof part === 'object') {
      const fields = part as Record<string, unknown>;
      for (const key of ['message', 'summary', 'answer', 'text', 'error']) {
        if (typeof fields[key] === 'string') return fields[key];
      }
      return Object.entries(fields)
        .map(([key, field]) => `${key.replace(/[_-]+/g, ' ')}: ${say(field)}`)
        .join(', ');
    }
    return typeof part === 'string' ? part : JSON.stringify(part);
  };
  return say(value).slice(0, 600).trim() || 'Done.';
}
