import { EXIT, type ExitName } from './exit-status.js';
import { FAILURES, type Facts, type FailureCode } from './failures.js';

/**
 * What the user can do something about: a code, one sentence that says what happened, one that says what to do.
 * Everything else that is thrown is a bug and shows its stack.
 */
export class Failure extends Error {
  override name = 'Failure';
  readonly code: FailureCode;
  readonly next: string;
  readonly exit: ExitName;
  /** Lines that belong to it and are not ours: a command's last words, a diff. */
  readonly detail: string | undefined;

  constructor(code: FailureCode, what: string, next: string, exit: ExitName, detail?: string) {
    super(what);
    this.code = code;
    this.next = next;
    this.exit = exit;
    this.detail = detail;
  }

  get status(): number {
    return EXIT[this.exit];
  }
}

/** Makes a Failure from its row in the table of failures. */
export function failure<C extends FailureCode>(code: C, facts: Facts<C>, detail?: string): Failure {
  const row = FAILURES[code] as { exit: ExitName; says(f: Facts<C>): string; next(f: Facts<C>): string };
  return new Failure(code, row.says(facts), row.next(facts), row.exit, detail?.trim() || undefined);
}

/** All that a user is told of it, with what to do under it. No line break at the end. */
export function failureText({ message, detail, next }: Failure): string {
  return [`Error: ${message}`, ...(detail ? [detail.replace(/^/gm, '    ')] : []), `       ${next}`].join('\n');
}
