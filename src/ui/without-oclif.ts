import { Failure, failureText } from '../failure.js';

/** Does a command that oclif need not be loaded for. @returns false, with nothing done, where it is not for it */
export async function withoutOclif<T>(asked: T | undefined, work: (asked: T) => Promise<boolean>): Promise<boolean> {
  // oclif says JSON where this asks for it
  if (asked === undefined || process.env.PROFKIT_CONTENT_TYPE) return false;
  try {
    return await work(asked);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    process.stderr.write(`${failureText(error)}\n`);
    // as oclif does: a question that nobody answers, or a line that is dead, would hold it for ever
    process.exit(error.status);
  }
}
