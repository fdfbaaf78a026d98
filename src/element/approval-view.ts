/** Asks the visitor whether a tool may run: its name, what it would get, and three answers. */
import { html, type TemplateResult } from 'lit';
import type { VoiceApprovalRequestDetail } from '../core/tools/tool-events.js';
import { readable } from './readable.js';
import type { ToolStrings } from './strings.js';

/** Longer values are cut: the visitor is to decide, not to study. */
const MAX_VALUE = 300;

export function approvalCards(
  requests: readonly VoiceApprovalRequestDetail[],
  strings: ToolStrings,
): TemplateResult[] {
  return requests.map(({ name, server, arguments: given, approve, deny }) => {
    const question = `${strings.mayUse} ${server === undefined ? '' : `${server}: `}${readable(name)}`;
    // Read out where it is, with what would be done: the focus stays with whoever is typing.
    return html`<div class="approval" part="approval" role="group" aria-label=${question}>
      <div role="alert">
        <p>${question}</p>
        <dl>
          ${entriesOf(given).map(
            ([key, value]) =>
              html`<div>
                <dt>${readable(key)}</dt>
                <dd dir="auto">${value}</dd>
              </div>`,
          )}
        </dl>
      </div>
      <div class="choices">
        <button
          class="start"
          part="button approve-button"
          @click=${() => {
            approve();
          }}
        >
          ${strings.allowOnce}
        </button>
        <button
          part="button approve-button"
          @click=${() => {
            approve({ forCall: true });
          }}
        >
          ${strings.allowForCall}
        </button>
        <button
          part="button deny-button"
          @click=${() => {
            deny();
          }}
        >
          ${strings.deny}
        </button>
      </div>
    </div>`;
  });
}

function entriesOf(given: unknown): [key: string, value: string][] {
  if (typeof given !== 'object' || given === null) return given ? [['', shown(given)]] : [];
  return Object.entries(given).map(([key, value]) => [key, shown(value)]);
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)}…` : text;
}
