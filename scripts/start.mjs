// `npm start`: makes a fresh clone ready and becomes `voice-agent dev`. Arguments are passed on.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './run.mjs';
import { buildIfStale, installDependencies, SetupError } from './setup.mjs';

try {
  await installDependencies();
  await buildIfStale();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(error.message);
  process.exit(1);
}

// The same process goes on as the command: signals and the exit code are its own.
const main = join(root, 'dist/cli/main.js');
process.argv = [process.execPath, main, 'dev', ...process.argv.slice(2)];
await import(pathToFileURL(main).href);
