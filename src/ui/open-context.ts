import type { Config } from '../config/settings.js';
import type { OpenOptions } from '../host/open-host.js';
import type { NamedHost } from '../hosts/named-host.js';
import type { Context } from '../workflow/context.js';
import { catchInterruption, type Interruption } from './interruption.js';
import { type Progress, QuietProgress, ScreenProgress } from './progress.js';

/** What the flags of src/ui/host-flags.ts come to. */
export interface HostFlagValues {
  host?: string | undefined;
  inventory?: string | undefined;
  'hosts-at-once'?: number | undefined;
  'ssh-config'?: string | undefined;
  'accept-new'?: boolean | undefined;
  'ask-sudo'?: boolean | undefined;
}

export interface Watched {
  progress: Progress;
  interruption: Interruption;
}

export type ContextFlags = HostFlagValues & { quiet: boolean; into?: string | undefined };

/** folder: where commands run there. */
export type HostContext = Context & { folder: string };

/** Progress on stderr, and Ctrl-C caught. */
export function watch(quiet: boolean): Watched {
  const progress = quiet ? new QuietProgress(process.stderr) : new ScreenProgress(process.stderr);
  return { progress, interruption: catchInterruption((text) => progress.warn(text)) };
}

/** Where the command line says nothing of a host, profkit.yaml may: that is said. */
export function sayWhere(flags: HostFlagValues, config: Config, progress: Progress): void {
  if (flags.host === undefined && config.host) progress.note(`on ${config.host}, as profkit.yaml says`);
}

/** Opens a host and all else that a workflow is given; whoever calls this closes it. @throws Failure */
export async function openContext(
  flags: ContextFlags,
  named: NamedHost,
  { services, into }: Config,
  { progress, interruption }: Watched,
  ask: OpenOptions['ask'],
): Promise<HostContext> {
  const { openHost } = await import('../host/open-host.js');
  const { host, folder } = await interruption.during('connecting', () =>
    openHost({
      ...hostOptions(flags, named, ask),
      signal: interruption.signal,
      say: (text) => progress.warn(text),
    }),
  );
  return { host, folder, progress, interruption, services, captures: flags.into ?? into ?? 'profkit-captures' };
}

/** The flags as the host room takes them. */
const hostOptions = (flags: HostFlagValues, host: NamedHost, ask: OpenOptions['ask']): OpenOptions => ({
  host: host.ssh,
  sshOptions: host.options,
  sshConfig: flags['ssh-config'],
  acceptNew: flags['accept-new'],
  askSudo: flags['ask-sudo'],
  ask,
  state: process.env.PROFKIT_STATE,
});
