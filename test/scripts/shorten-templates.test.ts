import { describe, expect, it } from 'vitest';
import { shortenTemplates } from '../../scripts/shorten-templates.mjs';

const shorten = async (code: string) => (await shortenTemplates(code))?.code;

describe('shortening the templates for the script tag', () => {
  it('turns a line break with its indentation into one space, which keeps words apart', async () => {
    expect(await shorten('html`<b>a</b>\n      <i\n  class="x">b  c</i>`')).toBe(
      'html`<b>a</b> <i class="x">b  c</i>`',
    );
  });

  it('leaves the expressions between the words alone', async () => {
    expect(await shorten('html`<p>\n  ${a ? html`\n<b>${`x\n y`}</b>` : `\n`}\n</p>`')).toBe(
      'html`<p> ${a ? html` <b>${`x\n y`}</b>` : `\n`} </p>`',
    );
  });

  it('minifies a style sheet', async () => {
    expect(await shorten('css`\n  /* why */\n  :host {\n    color: #ff0000;\n  }\n`')).toBe(
      'css`:host{color:red}`',
    );
  });

  it('leaves letters of other alphabets as they are, for an escape is none in a template', async () => {
    expect(await shorten("css`\n  p::after {\n    content: '…';\n  }\n`")).toBe(
      'css`p:after{content:"…"}`',
    );
  });

  it('does not guess at a style sheet with expressions', async () => {
    expect(await shorten('css`\n  a { color: ${x}; }\n  b { top: 0px }`')).toBe(
      'css` a { color: ${x}; } b { top: 0px }`',
    );
  });

  it('keeps its hands off text that keeps its spaces', async () => {
    const code = 'html`<pre>\n  a\n</pre>`';
    expect(await shorten(code)).toBe(code);
  });

  it('has nothing to do in other modules', async () => {
    expect(await shortenTemplates('const a = `\n  b`; other`\n  c`;')).toBeNull();
  });
});
