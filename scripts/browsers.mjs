// Says where Chrome and Firefox are on this machine. Installs nothing; setup.mjs does.
// Plain Node without packages: it runs before the first install.
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** @param {string} file */
function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The full path of a program, if PATH or one of the system's folders has it. @param {string} name */
export function findProgram(name) {
  const folders = (process.env.PATH ?? '').split(delimiter);
  // A user's PATH often lacks the folders of the administrator's programs.
  if (process.platform !== 'win32') folders.push('/usr/sbin', '/sbin');
  return folders.map((folder) => join(folder, name)).find(isProgram);
}

const programFiles = [
  process.env.PROGRAMFILES,
  process.env['PROGRAMFILES(X86)'],
  process.env.LOCALAPPDATA,
].filter((folder) => folder !== undefined);

/** Chrome or Chromium: `CHROME_PATH` if set, else the usual places. */
export function findChrome() {
  return (
    process.env.CHROME_PATH ??
    ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']
      .map(findProgram)
      .find((file) => file !== undefined) ??
    [
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
      '/Applications/Chromium.app/Contents/MacOS/Chromium',
      ...programFiles.map((folder) => join(folder, 'Google/Chrome/Application/chrome.exe')),
    ].find(isProgram)
  );
}

/** Firefox: `FIREFOX_PATH` if set, else the usual places. */
export function findFirefox() {
  return (
    process.env.FIREFOX_PATH ??
    ['firefox-esr', 'firefox'].map(findProgram).find((file) => file !== undefined) ??
    [
      '/Applications/Firefox.app/Contents/MacOS/firefox',
      ...programFiles.map((folder) => join(folder, 'Mozilla Firefox/firefox.exe')),
    ].find(isProgram)
  );
}

/** What Chrome needs to be told on this machine: its sandbox refuses to run as root. */
export const chromeArguments = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
