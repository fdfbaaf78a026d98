// `npm run visual`: photographs every scene in every frame, theme and direction and lays the pictures
// out on one page, test/visual/index.html, for a person to look through. `npm run visual -- idle ended`
// takes these scenes only.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromeArguments, findChrome } from '../../scripts/browsers.mjs';
import { FRAMES, Photographer } from './photographer.js';

const LOOKS = [
  { theme: 'light', dir: 'ltr' },
  { theme: 'dark', dir: 'ltr' },
  { theme: 'light', dir: 'rtl' },
  { theme: 'dark', dir: 'rtl' },
] as const;

process.env['CHROME_PATH'] ??= findChrome();
process.env['CHROME_ARGUMENTS'] ??= chromeArguments.join(' ');

const folder = fileURLToPath(new URL('.', import.meta.url));
const slug = (scene: string): string => scene.replace(/\W+/g, '-');

rmSync(`${folder}pictures`, { recursive: true, force: true });
mkdirSync(`${folder}pictures`);
const photographer = await Photographer.open();
const rows: string[] = [];
try {
  const wanted = process.argv.slice(2);
  for (const scene of await photographer.scenes()) {
    if (wanted.length > 0 && !wanted.includes(scene)) continue;
    const cells: string[] = [];
    await photographer.scene(scene, async () => {
      for (const frame of FRAMES) {
        if (frame.scenes && !frame.scenes.includes(scene)) continue;
        for (const { theme, dir } of LOOKS) {
          const file = `pictures/${slug(scene)}.${frame.name}.${theme}.${dir}.png`;
          writeFileSync(folder + file, await photographer.picture(frame, { theme, dir }));
          cells.push(
            `<img class="${theme} ${dir} ${frame.name}" src="${file}" width="${frame.width / 2}" loading="lazy" alt="${scene}, ${frame.name}, ${theme}, ${dir}" title="${frame.name}, ${theme}, ${dir}">`,
          );
        }
      }
    });
    rows.push(`<section><h2>${scene}</h2><div>${cells.join('\n')}</div></section>`);
    console.log(scene);
  }
} finally {
  await photographer.close();
}

const choice = (name: string, values: readonly string[]): string =>
  values
    .map((value) => `<label><input type="checkbox" id="${value}" checked>${value}</label>`)
    .join(' ') + ` <span>${name}</span>`;
const names = FRAMES.map(({ name }) => name);
const hides = ['light', 'dark', 'ltr', 'rtl', ...names]
  .map((name) => `body:has(#${name}:not(:checked)) img.${name} { display: none; }`)
  .join('\n');

writeFileSync(
  `${folder}index.html`,
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>Every state, layout, theme and direction</title>
<style>
  body { margin: 1rem; font: 1rem/1.5 system-ui, sans-serif; color-scheme: light dark; }
  header { position: sticky; top: 0; display: flex; flex-wrap: wrap; gap: 0.25rem 1.5rem; padding: 0.5rem; background: Canvas; }
  section > div { display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: start; }
  h2 { margin: 1rem 0 0.25rem; font-size: 1rem; }
  img { height: auto; border: 1px solid GrayText; }
  ${hides}
</style>
<header><p>${choice('', ['light', 'dark'])}</p><p>${choice('', ['ltr', 'rtl'])}</p><p>${choice('', names)}</p></header>
${rows.join('\n')}
`,
);
console.log(`${folder}index.html`);
