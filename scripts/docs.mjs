// `npm run docs`: writes docs/element.md from dist/custom-elements.json, which comes from the JSDoc
// of the class, and from the types in src/. It knows no sentence that they say.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import ts from 'typescript';
import { root } from './run.mjs';

const pageFile = join(root, 'docs/element.md');

/**
 * @typedef {{ name: string, description?: string, default?: string, type?: { text: string },
 *   attribute?: string, readonly?: boolean, reflects?: boolean, kind?: string,
 *   parameters?: { name: string, type?: { text: string } }[], return?: { type: { text: string } } }} Described
 * @typedef {Record<'members' | 'events' | 'slots' | 'cssParts' | 'cssProperties' | 'cssStates', Described[]>} Element
 */

/** What the page speaks of without showing it in a table: file of src → its exported types. */
const types = {
  'core/call-state.ts': [
    'CallState',
    'ConnectStep',
    'Turn',
    'Quality',
    'RecoveryCause',
    'EndReason',
  ],
  'core/call-events.ts': [
    'VoiceStateChangeDetail',
    'VoiceEndDetail',
    'VoiceErrorDetail',
    'VoiceMetricsDetail',
  ],
  'core/metrics.ts': ['ConnectMetrics', 'TurnMetrics', 'QualityMetrics'],
  'core/transcript.ts': ['TranscriptItem'],
  'core/transcript-export.ts': ['ExportFormat'],
  'core/recovery/earlier.ts': ['Summarize'],
  'core/voice-error.ts': ['VoiceErrorCode'],
  'core/token-source.ts': ['TokenSource'],
  'core/token-request.ts': ['AgentChoice'],
  'core/tools/page-tool.ts': ['PageTool', 'ToolContext'],
  'core/tools/tool-events.ts': [
    'PageToolCallDetail',
    'McpToolCallDetail',
    'VoiceToolCallDetail',
    'VoiceToolResultDetail',
    'VoiceApprovalRequestDetail',
    'ApprovalOutcome',
    'ApproveOptions',
    'VoiceHandoffDetail',
  ],
  'core/guardrails/guardrail.ts': ['Guardrail', 'Verdict', 'GuardrailContext'],
  'core/guardrails/guardrail-events.ts': ['VoiceGuardrailDetail'],
  'core/usage/usage-events.ts': ['InputTokens', 'TokenUsage', 'VoiceUsageDetail'],
  'core/usage/prices.ts': ['Prices', 'TranscriptionPrices', 'PriceList', 'PricedSession'],
  'core/negotiate.ts': ['Negotiate', 'Answer'],
  'element/dom-events.ts': ['VoiceConsentDetail', 'VoiceFeedbackDetail'],
  'core/report/write-report.ts': ['CallReport', 'ReportedError', 'Step'],
  'element/strings.ts': ['Strings', 'Dictionary'],
};

const exported = ['index.ts', 'core/index.ts']
  .map((file) => readFileSync(join(root, 'src', file), 'utf8'))
  .join('\n');

/** @param {string} file @param {string[]} names @returns {string[]} the declarations as they are written */
function declarations(file, names) {
  const text = readFileSync(join(root, 'src', file), 'utf8');
  const { statements } = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  return names.map((name) => {
    if (!new RegExp(`\\b${name}\\b`).test(exported)) {
      throw new Error(`src/index.ts does not export ${name}`);
    }
    const found = statements.find(
      (node) =>
        (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) &&
        node.name.text === name,
    );
    if (!found) throw new Error(`src/${file} has no type ${name}`);
    // With the comment right above, without those of a file's head.
    const comment = ts.getLeadingCommentRanges(text, found.pos)?.at(-1);
    const from =
      comment && text.slice(comment.end, found.getStart()) === '\n'
        ? comment.pos
        : found.getStart();
    return text.slice(from, found.end).replace(/^export /m, '');
  });
}

/** Text for a cell of a table. @param {string | undefined} text */
const cell = (text = '') => text.replace(/\s+/g, ' ').replaceAll('|', '\\|').trim();

/** @param {string | undefined} text */
const code = (text) => (text ? `\`${cell(text)}\`` : '');

/** @param {string[]} head @param {string[][]} rows */
const table = (head, rows) =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

/** @param {Described} described */
const row = ({ name, description }) => [code(name), cell(description)];

/** @param {Described} method */
const signature = ({ name, parameters = [], return: result }) =>
  `${name}(${parameters.map((one) => `${one.name}: ${one.type?.text ?? 'unknown'}`).join(', ')})` +
  (result?.type.text ? `: ${result.type.text}` : '');

/** @param {Element} element */
function page({ members, events, slots, cssParts, cssProperties, cssStates }) {
  const fields = members.filter(({ kind }) => kind === 'field');
  const settable = fields.filter((field) => !field.readonly);
  return `# \`<voice-agent>\`

<!-- Written by \`npm run docs\` from the code. Change the comments there, not this page. -->

\`\`\`html
<script type="module" src="/voice-agent.js"></script>
<voice-agent token-url="/token" greeting></voice-agent>
\`\`\`

## Attributes and properties

An attribute and the property beside it are one thing. What concerns a call counts for the next one.

${table(
  ['attribute', 'property', 'type', 'default', 'meaning'],
  settable.map(({ name, attribute, type, default: value, description, reflects }) => [
    code(attribute),
    code(name),
    code(type?.text.replace(' | undefined', '')),
    code(value),
    cell(description) + (reflects ? ' Reflected.' : ''),
  ]),
)}

To be read only:

${table(
  ['property', 'type', 'meaning'],
  fields
    .filter(({ readonly }) => readonly)
    .map(({ name, type, description }) => [code(name), code(type?.text), cell(description)]),
)}

## Methods

${table(
  ['method', 'what it does'],
  members
    .filter(({ kind }) => kind === 'method')
    .map((method) => [code(signature(method)), cell(method.description)]),
)}

## Events

All bubble and are composed, so that a listener anywhere above hears them; but an element that has left
the page has nothing above it: an end with the reason \`removed\` is heard on the element alone.

${table(
  ['event', 'detail', 'when'],
  events.map(({ name, type, description }) => [
    code(name),
    code(type?.text.replace(/^CustomEvent<(.*)>$/, '$1')),
    cell(description),
  ]),
)}

## Slots

${table(['slot', 'what it is for'], slots.map(row))}

## Parts

For \`voice-agent::part(…)\`.

${table(['part', 'what it is'], cssParts.map(row))}

## Custom properties

Without a default here, the default follows the page's light or dark \`color-scheme\`.

${table(
  ['property', 'default', 'what it colours or measures'],
  cssProperties.map(({ name, default: value, description }) => [
    code(name),
    code(value),
    cell(description),
  ]),
)}

## States

For \`voice-agent:state(…)\`.

${table(['state', 'when'], cssStates.map(row))}

## Types

The package exports all of them. \`ServerEvent\`, \`ClientEvent\` and \`SessionUpdate\` are the
protocol's own, as the \`openai\` package describes them.

\`\`\`ts
${Object.entries(types)
  .flatMap(([file, names]) => declarations(file, names))
  .join('\n\n')}
\`\`\`
`;
}

/** The page as it should be, from dist/ as it is. */
export async function elementPage() {
  const manifest = JSON.parse(readFileSync(join(root, 'dist/custom-elements.json'), 'utf8'));
  const element = manifest.modules
    .flatMap((/** @type {{ declarations: unknown[] }} */ { declarations }) => declarations)
    .find((/** @type {{ tagName?: string }} */ { tagName }) => tagName === 'voice-agent');
  return format(page(element), { ...(await resolveConfig(pageFile)), filepath: pageFile });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(pageFile, await elementPage());
}
