/** An end that the person at the keyboard can understand: a sentence and an exit code, no stack. */

export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: number;

  /** @param exitCode 1: it did not work; 2: it was asked for in the wrong way */
  constructor(message: string, exitCode: 1 | 2 = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}
