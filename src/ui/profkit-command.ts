import { Command } from '@oclif/core/command';
import { boolean } from '@oclif/core/flags';
import { readConfig } from '../config/read-config.js';
import type { Config } from '../config/settings.js';
import { EXIT } from '../exit-status.js';
import { Failure, failure, failureText } from '../failure.js';
import type { Host } from '../host/host.js';
import type { NamedHost } from '../hosts/named-host.js';
import { askSecret } from './ask-secret.js';
import { type ChosenHosts, chosenHosts } from './chosen-hosts.js';
import { type ContextFlags, type HostContext, openContext, sayWhere, type Watched, watch } from './open-context.js';

/** oclif's message without its layout and its advice, as one line. */
const tidy = (message: string): string =>
  message
    .replace(/\s*See more help.*/s, '')
    .replaceAll(/\s+/g, ' ')
    .trim();

/** What all commands share: --json, --quiet, how failures are told, and the context of a workflow. */
export abstract class ProfkitCommand extends Command {
  static override enableJsonFlag = true;
  static override baseFlags = {
    quiet: boolean({ char: 'q', description: 'no progress on stderr', helpGroup: 'GLOBAL' }),
  };

  #open: (() => Promise<void>)[] = [];
  #config: Promise<Config> | undefined;
  #ask: ReturnType<typeof askSecret>;

  /** What profkit.yaml says in the folder that the command is given in. @throws Failure BAD_CONFIG */
  protected defaults(): Promise<Config> {
    this.#config ??= readConfig(process.cwd());
    return this.#config;
  }

  /**
   * What stands after `--`, word for word, taken away from what is parsed: oclif's own list of words brings repeated ones
   * into another order (`--min 7 --max 7 x` comes out as `--min 7 7 --max x`).
   */
  protected takeTrailing(): string[] {
    const at = this.argv.indexOf('--');
    if (at < 0) return [];
    const words = this.argv.slice(at + 1);
    this.argv = this.argv.slice(0, at);
    return words;
  }

  /** Progress on stderr, and Ctrl-C caught. */
  protected watched(quiet: boolean): Watched {
    return watch(quiet || this.jsonEnabled());
  }

  /** Opens the one host and all else that a workflow is given; closed when the command ends. @throws Failure ONE_HOST */
  protected async open(flags: ContextFlags): Promise<HostContext> {
    const watched = this.watched(flags.quiet);
    const { hosts, several, said } = await this.chosen(flags, watched);
    if (several && hosts.length > 1)
      throw failure('ONE_HOST', { command: this.id?.replaceAll(':', ' ') ?? '', host: said! });
    const context = await this.openOne(flags, hosts[0], watched);
    this.closeAtEnd(context.host);
    return context;
  }

  protected closeAtEnd(host: Host): void {
    this.#open.push(() => host.close());
  }

  /** The hosts that the command is about. */
  protected async chosen(flags: ContextFlags, { progress, interruption }: Watched): Promise<ChosenHosts> {
    const config = await this.defaults();
    sayWhere(flags, config, progress);
    return interruption.during('finding the hosts', () => chosenHosts(flags, config, interruption.signal));
  }

  /** Opens one of them, which whoever calls this closes. */
  protected async openOne(flags: ContextFlags, named: NamedHost, watched: Watched): Promise<HostContext> {
    this.#ask ??= askSecret(); // one question at a time, whichever host it is of
    return openContext(flags, named, await this.defaults(), watched, this.#ask);
  }

  protected override async finally(error: Error | undefined): Promise<void> {
    for (const close of this.#open) await close();
    await super.finally(error);
  }

  /** Failures are two sentences and a status; all else is a bug and keeps its stack. */
  protected override async catch(error: Error & { exitCode?: number }): Promise<unknown> {
    if (!(error instanceof Failure)) return super.catch(error);
    if (this.jsonEnabled()) this.logJson(this.toErrorJson(error));
    else this.logToStderr(failureText(error));
    return this.exit(error.status);
  }

  protected override toErrorJson(error: unknown): unknown {
    if (error instanceof Failure) {
      const { code, message, next, detail } = error;
      return { error: { code, message, next, ...(detail ? { detail } : {}) } };
    }
    const { message, stack } = error as Error;
    // oclif's own: a flag or argument that is not there; it carries the whole program along, which is nobody's business
    if ((error as { oclif?: { exit?: number } }).oclif?.exit === EXIT.usage) {
      return {
        error: {
          code: 'BAD_OPTION',
          message: tidy(message),
          next: `See profkit ${this.id?.replaceAll(':', ' ')} --help.`,
        },
      };
    }
    return { error: { code: 'BUG', message, stack } };
  }
}
