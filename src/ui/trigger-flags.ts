import { boolean, integer, option, string } from '@oclif/core/flags';
import type { Config } from '../config/settings.js';
import { failure } from '../failure.js';
import { httpRequest } from '../openstack/http-request.js';
import { type PresetTrigger, presetOf } from '../openstack/presets.js';
import { TRIGGER_NAMES, type TriggerName } from '../openstack/server-actions.js';
import { span } from './duration.js';

/** The flags of what makes the target run: of `run` and `trigger` alike. */
export const triggerFlags = {
  user: string({ description: "who runs the trigger; default: the service's user" }),
  openrc: string({
    description: 'file on the host that sets OS_*; default: OS_CLOUD, OS_* of your environment, what is found there',
  }),
  trigger: option({
    options: TRIGGER_NAMES,
    description:
      'in place of a command: create a server, or create one and reboot, resize or live-migrate it; deleted afterwards',
  })(),
  http: string({
    description:
      'in place of a command: a request, e.g. "/servers/detail" or "GET placement:/resource_providers", with a token; or a URL, without',
  }),
  image: string({ description: 'of the server; default: an image named like cirros, else the first' }),
  flavor: string({ description: 'of the server; default: the smallest' }),
  network: string({ description: 'of the server; default: none' }),
  count: integer({ min: 1, default: 1, description: 'servers in one request (--min and --max of server create)' }),
  parallel: integer({ min: 1, default: 1, description: 'requests at the same time, each with a capture of its own' }),
  repeat: integer({
    min: 1,
    default: 1,
    description: 'how often, one after the other: cold and warm calls are told apart; {n} in the command is the number',
  }),
  timeout: span({
    default: 300,
    defaultHelp: async () => '5m',
    description: 'time for each wait; of the capture 60 s at most',
  }),
  delete: boolean({ description: 'delete the server afterwards; what profkit chose to make it deletes anyway' }),
};

interface TriggerFlagValues {
  user?: string | undefined;
  openrc?: string | undefined;
  trigger?: TriggerName | undefined;
  http?: string | undefined;
  image?: string | undefined;
  flavor?: string | undefined;
  network?: string | undefined;
  count: number;
  parallel: number;
  repeat: number;
  timeout: number;
  delete: boolean;
}

/**
 * What makes the target run: the command or the flag of the command line, a preset named there, profkit.yaml, a preset there.
 * An empty command: what the flag says, or a preset finds out.
 * @param named targets of the command line
 * @param always something can be found out, whatever the targets are
 * @throws Failure NO_TRIGGER, BAD_OPTION
 */
export function triggerOf(
  trailing: readonly string[],
  named: readonly string[],
  config: Config,
  flags: Pick<TriggerFlagValues, 'trigger' | 'http'> = {},
  always = false,
): { argv: readonly string[]; trigger?: PresetTrigger } {
  const said = [trailing.length > 0, flags.trigger !== undefined, flags.http !== undefined].filter(Boolean);
  if (said.length > 1)
    throw failure('BAD_OPTION', { what: 'a command after --, --trigger and --http exclude one another' });
  const finds = (targets: readonly string[]) => targets.some((t) => presetOf(t)?.trigger);
  if (trailing.length > 0) return { argv: trailing };
  if (flags.trigger) return { argv: [], trigger: { kind: flags.trigger } };
  if (flags.http) return { argv: [], trigger: { kind: 'http', request: httpRequest(flags.http) } };
  if (finds(named)) return { argv: [] };
  if (config.trigger) return { argv: config.trigger };
  if (always || (named.length === 0 && finds(config.target ?? []))) return { argv: [] };
  throw failure('NO_TRIGGER', {});
}

/** What the workflow takes. @param cwd where it runs on the host */
export function fireRequest(what: ReturnType<typeof triggerOf>, f: TriggerFlagValues, cwd: string) {
  const { openrc, image, flavor, network, count, parallel, repeat, timeout } = f;
  const { argv, trigger } = what;
  const how = { timeout, count, parallel, repeat, delete: f.delete, ...(f.user ? { user: f.user } : {}) };
  return { argv, trigger, cwd, environment: process.env, openrc, image, flavor, network, ...how };
}
