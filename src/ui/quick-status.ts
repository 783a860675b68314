import { parseArgs } from 'node:util';
import { readConfig } from '../config/read-config.js';
import { askSecret } from './ask-secret.js';
import { chosenHosts } from './chosen-hosts.js';
import { openContext, sayWhere, watch } from './open-context.js';
import { withoutOclif } from './without-oclif.js';

/**
 * `profkit status` of one host without oclif, whose loading takes longer than a look at a host. For plain words alone: false,
 * with nothing done, for all else, such as several hosts, `--help`, `--json` and whatever is wrong. `src/ui/host-flags.ts`
 * says what the flags mean.
 */
export const quick = (argv: readonly string[]): Promise<boolean> => withoutOclif(parse(argv), tell);

/** @returns false, with nothing done, where that is about several hosts */
async function tell(flags: Flags): Promise<boolean> {
  const config = await readConfig(process.cwd());
  // whether that is several is not to be asked of Ansible twice
  if (config.inventory) return false;
  const { hosts, several } = await chosenHosts(flags, config);
  if (several) return false;
  const watched = watch(flags.quiet);
  sayWhere(flags, config, watched.progress);
  const context = await openContext(flags, hosts[0], config, watched, askSecret());
  try {
    const { tellStatus } = await import('./tell-status.js');
    const { text } = await tellStatus(context);
    if (text) process.stdout.write(`${text}\n`);
  } finally {
    await context.host.close();
  }
  return true;
}

type Flags = Exclude<ReturnType<typeof parse>, undefined>;

function parse(argv: readonly string[]) {
  try {
    const { values, tokens } = parseArgs({
      args: [...argv],
      tokens: true,
      options: {
        host: { type: 'string' },
        'ssh-config': { type: 'string' },
        'accept-new': { type: 'boolean', default: false },
        quiet: { type: 'boolean', default: false, short: 'q' },
      },
    });
    const names = tokens.map((token) => ('name' in token ? token.name : token.kind));
    if (names.length > new Set(names).size) return undefined; // which one counts is not ours to say
    return { ...values, host: values.host ?? (process.env.PROFKIT_HOST || undefined) };
  } catch {
    return undefined;
  }
}
