// `npm run docs:errors`: writes docs/errors.md, a section for each code of an error, from the built
// package: what the visitor reads, what the developer is told, whether another try may help.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { root } from './run.mjs';

const page = join(root, 'docs/errors.md');
const { ERROR_CODES, helpFor } = await import(join(root, 'dist/core/report/error-help.js'));
const { SENTENCES } = await import(join(root, 'dist/element/english-errors.js'));

const sections = ERROR_CODES.map((/** @type {string} */ code) => {
  const { hint, retryable } = helpFor({ code });
  return `## ${code}\n\n“${SENTENCES[code]}”\n\n${hint}\n\n**Retryable:** ${retryable ? 'yes' : 'no'}\n`;
});

const text = `# Errors

<!-- Written by \`npm run docs:errors\` from the code. Change the words there, not this page. -->

Every \`VoiceError\` has one of these codes, and a message for the developer. Below each are the sentence that
the visitor reads, where to look first, and whether another try may succeed as things are. \`helpFor(error)\` of
\`voice-agent-element/core/report\` gives the last two, and the address of the section, to a program; a
[report](element.md) has them as well. What leads to which error: [faults.md](faults.md).

${sections.join('\n')}`;

writeFileSync(page, await format(text, { ...(await resolveConfig(page)), parser: 'markdown' }));
