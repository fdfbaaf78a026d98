// Writes down what a page was told in a call so that a person can read it and two calls can be compared:
// ids, times and numbers become stable tokens, and what may overtake each other stands in lanes of its own.
import type { PageEvent } from './page-probe.js';

type Loose = Readonly<Record<string, unknown>>;

export class Golden {
  readonly #ids = new Map<string, string>();
  readonly #parts: string[] = [];
  /** Turns that were stopped: how much of their words was known by then is a matter of time. */
  readonly #cut = new Set<string>();

  /** One act of the visitor, and all that the page was told of it. */
  add(title: string, events: readonly PageEvent[]): void {
    const lanes = new Map<string, string[]>();
    for (const { detail } of events)
      if (detail.interrupted) this.#cut.add(String((detail as unknown as Loose)['id']));
    for (const { name, detail } of events as readonly { name: string; detail: unknown }[]) {
      const [lane, line] = this.#line(name, detail as Loose);
      const lines = lanes.get(lane) ?? [];
      lanes.set(lane, lines);
      // What is said again without any difference that can be seen here is said once.
      if (line !== undefined && lines.at(-1) !== line) lines.push(line);
    }
    const body = [...lanes]
      .filter(([, lines]) => lines.length > 0)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([lane, lines]) => `${lane}\n${lines.map((line) => `    ${line}\n`).join('')}`);
    this.#parts.push(`# ${title}\n\n${body.join('')}`);
  }

  toString(): string {
    return this.#parts.join('\n');
  }

  #line(name: string, detail: Loose): [lane: string, line: string | undefined] {
    if (name === 'voice-server-event') {
      const type = String(detail['type']);
      const isPiece = /\.(delta|segment)$/.test(type);
      // The visitor's words come when they come, also after the answer.
      const isWords = type.includes('transcription');
      const first = isWords ? 'input_audio_transcription' : (/^\w+/.exec(type)?.[0] ?? '');
      return [`${name} ${first}`, isPiece ? undefined : type];
    }
    if (name === 'voice-state-change') {
      const { status, turn, waitingFor, muted, reason } = detail['state'] as Loose;
      if (waitingFor) return [name, 'connecting'];
      return [name, [status, turn, muted === true && 'muted', reason].filter(Boolean).join(' ')];
    }
    if (name === 'voice-metrics') return [`${name} ${String(detail['kind'])}`, 'told'];
    if (name === 'voice-usage') return [name, kindsIn(detail['turn'] as Loose).join(', ')];
    if (name === 'voice-transcript')
      return [`${name} ${String(detail['role'])}`, this.#said(detail)];
    return [name, JSON.stringify(this.#stable(detail))];
  }

  #said({ id, text }: Loose): string {
    const words = this.#cut.has(String(id)) ? '<as much as was heard>' : JSON.stringify(text);
    return `${this.#id(String(id))} ${words}`;
  }

  #stable(value: unknown, key = ''): unknown {
    if (typeof value === 'number') return key.endsWith('Ms') ? '<n>' : value;
    if (typeof value === 'string') return /^(id|call_id)$/.test(key) ? this.#id(value) : value;
    if (Array.isArray(value)) return value.map((one) => this.#stable(one));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([k, one]) => [k, this.#stable(one, k)]));
  }

  /** `item_x7f…` becomes `item-1`. */
  #id(id: string): string {
    const kind = /^[a-z]+/.exec(id)?.[0] ?? 'id';
    const known = this.#ids.get(id);
    if (known !== undefined) return known;
    const count = [...this.#ids.values()].filter((name) => name.startsWith(`${kind}-`)).length;
    const name = `${kind}-${count + 1}`;
    this.#ids.set(id, name);
    return name;
  }
}

/** What was used, without how much of it: `input.text`, `output.audio`. */
function kindsIn(usage: Loose): string[] {
  return Object.entries(usage).flatMap(([side, kinds]) =>
    Object.entries(kinds as Loose).flatMap(([kind, count]) => (count ? `${side}.${kind}` : [])),
  );
}
