import { failure } from '../failure.js';
import { stripDirs } from '../profile/strip-dirs.js';
import { printCallees, printCallers } from '../report/pstats-callers.js';
import { printStats } from '../report/pstats-text.js';
import { profileOf } from './profile-of.js';
import { type Asked, asked, orderOf, restrictionsOf } from './query.js';

export interface PstatsOptions extends Asked {
  /** In place of the table, what `print_callers()` and `print_callees()` print. */
  readonly callers?: boolean;
  readonly callees?: boolean;
}

/** What `pstats.Stats(…files)` prints of them, byte for byte. @throws Failure */
export async function printPstats(files: readonly [string, ...string[]], options: PstatsOptions): Promise<string> {
  const read = await profileOf(files);
  if (read.stats === undefined) throw failure('NO_PROFILE', { file: files[0] });
  const stats = options.stripDirs ? stripDirs(read.stats) : read.stats;
  const order = orderOf(stats, options);
  const selection = { restrictions: restrictionsOf(options), ...(order ? { order } : {}) };
  return asked(() => {
    if (!options.callers && !options.callees)
      return printStats(stats, { files: read.files, when: read.when, ...selection });
    const callers = options.callers ? printCallers(stats, selection) : '';
    return callers + (options.callees ? printCallees(stats, selection) : '');
  });
}
