import { join } from 'node:path';
import { EXIT, worstOf } from '../exit-status.js';
import type { NamedHost } from '../hosts/named-host.js';
import type { Outcome } from '../workflow/outcome.js';
import { hostFlags } from './host-flags.js';
import type { ContextFlags, HostContext, Watched } from './open-context.js';
import { ProfkitCommand } from './profkit-command.js';

type Work<R> = (context: HostContext, show: (text: string) => void) => Promise<Outcome<R>>;

/** What the commands share that are about a host, here or over SSH, or about several. */
export abstract class HostCommand extends ProfkitCommand {
  static override baseFlags = { ...ProfkitCommand.baseFlags, ...hostFlags };

  /** What was done where the command failed all the same, for --json. */
  #done: { done?: unknown } = {};

  /**
   * Does the work of the command on the host that it is about, or on each of several: what fails on one does not keep the
   * others from it, and a table tells of all.
   * @param work is given what shows a text at once where there is one host: of several its `detail` is shown in the end
   * @returns the document of --json: of one host its result, of several an object by their names
   */
  protected async onHosts<R>(flags: ContextFlags, work: Work<R>): Promise<unknown> {
    const watched = this.watched(flags.quiet);
    const { hosts, several } = await this.chosen(flags, watched);
    if (several) return this.#onSeveral(flags, hosts, watched, work);
    const context = await this.openOne(flags, hosts[0], watched);
    this.closeAtEnd(context.host);
    const { result, text, notes = [], failure, exit = 'done' } = await work(context, (shown) => this.log(shown));
    if (text) this.log(text);
    for (const note of notes) context.progress.note(note);
    if (failure) {
      this.#done = { done: result };
      throw failure;
    }
    process.exitCode = EXIT[exit];
    return result;
  }

  async #onSeveral<R>(
    flags: ContextFlags,
    hosts: readonly NamedHost[],
    watched: Watched,
    work: Work<R>,
  ): Promise<unknown> {
    const { endings, onHosts } = await import('../workflow/many-hosts.js');
    const results = await onHosts({
      ...(await this.severalHosts(flags, hosts, watched)),
      work: (context) => work(context, () => {}),
    });
    process.exitCode = EXIT[worstOf(endings(results))];
    const { hostDocuments, sayHosts } = await import('./say-hosts.js');
    sayHosts(results, { print: (text) => this.log(text), progress: watched.progress });
    return hostDocuments(results, (error) => this.toErrorJson(error));
  }

  /** How several hosts are opened: each with progress and a folder for captures of its own. */
  protected async severalHosts(flags: ContextFlags, hosts: readonly NamedHost[], watched: Watched) {
    const { HostProgress } = await import('./host-progress.js');
    return {
      hosts,
      atOnce: flags['hosts-at-once'] ?? hosts.length,
      signal: watched.interruption.signal,
      open: async (host: NamedHost): Promise<HostContext> => {
        const progress = new HostProgress(watched.progress, host.name);
        const context = await this.openOne(flags, host, { ...watched, progress });
        return { ...context, captures: join(context.captures, folderOf(host)) };
      },
    };
  }

  protected override toErrorJson(error: unknown): unknown {
    return { ...(super.toErrorJson(error) as object), ...this.#done };
  }
}

/** Of several hosts each has a folder of its own for its captures. */
const folderOf = ({ name }: NamedHost): string => name.replaceAll(/[^\w.@-]+/g, '_').replace(/^\.+/, '_');
