import { Failure, failureText } from '../failure.js';

/** Does a command that oclif need not be loaded for. @returns false, with nothing done, where it is not for it */
export async function withoutOclif<T>(asked: T | undefined, work: (asked: T) => Promise<boolean>): Promise<boolean> {
  if (asked === undefined) return false;
  try {
    return await work(asked);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    process.stderr.write(`${failureText(error)}\n`);
    process.exitCode = error.status;
    return true;
  }
}
