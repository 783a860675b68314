import { boolean, integer, option, string } from '@oclif/core/flags';
import type { Config } from '../config/settings.js';
import { failure } from '../failure.js';
import type { ConcurrencyMode } from '../openstack/concurrency.js';
import { presetOf } from '../openstack/presets.js';
import { CLOCKS, type Clock, ENGINE_NAMES, type EngineName, SCOPES, type Scope } from '../probe/engines.js';
import { type AskedMode, MODES } from '../probe/mode.js';
import { span } from './duration.js';

export const intoFlag = string({
  defaultHelp: async () => 'profkit-captures',
  description: 'folder below which captures are put',
});

export const readyTimeoutFlag = span({
  defaultHelp: async () => '5m',
  description: 'time to wait until a started service is ready',
});

export const fixComputesFlag = boolean({
  description: 'write the compute_id of computes that lack it: Nova 27 and later does not start them again without',
});

export const TARGET_HELP =
  'package.module:Class.method, the end of one, path/to/file.py:LINE, or a preset (see profkit targets)';

/** The flags of what is put in: by `patch` and `run` alike. */
export const probeFlags = {
  service: string({
    char: 's',
    multiple: true,
    multipleNonGreedy: true,
    description:
      "service that runs the target: n-sch stands for devstack@n-sch.service; 'n-cpu-*' for all of them that run, nova for all of Nova's; default: those that have loaded it",
  }),
  id: string({
    multiple: true,
    multipleNonGreedy: true,
    description:
      'argument of the target that names a capture, e.g. instance_uuids, spec_obj.instance_uuid or request_specs[0].instance_uuid; of several targets one for all, or one each',
  }),
  when: string({
    description: 'which calls are captured, by their arguments, e.g. "self.host == \'c1\' and len(instance_uuids) > 1"',
  }),
  mode: option({
    options: MODES,
    defaultHelp: async () => 'auto',
    description:
      'how it is put in: source, a line above the def; hook, a drop-in of the unit, for code that belongs to a package or cannot be written; live, into running processes of Python 3.14 and later, without a restart; auto, source or hook, whichever fits',
  })(),
  engine: option({
    options: ENGINE_NAMES,
    defaultHelp: async () => 'profkit',
    description:
      "what measures: profkit's own, exact for greenlets and threads; sample: stacks, for targets that call a million functions; or to compare: the guide's eventlet, cprofile, yappi",
  })(),
  scope: option({
    options: SCOPES,
    description:
      'what a capture follows: the call and all that it starts (tree, the default of profkit and sample), itself alone (call), or all greenlets of its thread (process)',
  })(),
  clock: option({
    options: CLOCKS,
    description:
      'what its times are: as they pass (wall, the default) or on the CPU (cpu; profkit at a higher price, yappi)',
  })(),
  concurrency: option({
    options: ['eventlet', 'threading'] as const,
    description:
      'how the service of Nova is to do several things at once as long as the probe is in, by a drop-in of its unit; default: as it does',
  })(),
  max: integer({
    defaultHelp: async () => '20',
    min: 1,
    description: 'captures after which the probe is a plain call',
  }),
  for: span({
    default: 3600,
    defaultHelp: async () => '1h',
    description: 'time after which the probe is a plain call, e.g. 15m',
  }),
  'auto-revert': boolean({ description: 'when that time is over, a timer of systemd on the host takes the probe out' }),
  python: string({ description: "the service's interpreter, where it is not found" }),
};

interface ProbeFlagValues {
  service?: string[] | undefined;
  id?: string[] | undefined;
  when?: string | undefined;
  mode?: AskedMode | undefined;
  engine?: EngineName | undefined;
  concurrency?: ConcurrencyMode | undefined;
  scope?: Scope | undefined;
  clock?: Clock | undefined;
  max?: number | undefined;
  for: number;
  'auto-revert'?: boolean | undefined;
  python?: string | undefined;
}

/** Do targets of the command line know all that is needed themselves, whatever profkit.yaml says of other ones? */
const arePresets = (targets: readonly string[]): boolean =>
  targets.length > 0 && targets.every((t) => presetOf(t) !== undefined);

/**
 * What the workflow takes: the command line comes first, then profkit.yaml. There `id` and `when` belong to its `target`,
 * so they do not hold of another one; and a preset of the command line knows its services.
 * @throws Failure NO_TARGET
 */
export function patchOptions(named: readonly string[], f: ProbeFlagValues, config: Config) {
  const own = named.length === 0 ? config : { ...config, id: undefined, when: undefined };
  const targets = named.length > 0 ? named : (config.target ?? []);
  if (targets.length === 0) throw failure('NO_TARGET', {});
  const when = f.when ?? own.when;
  return {
    targets,
    services: f.service ?? (arePresets(named) ? undefined : config.service) ?? [],
    ids: f.id ?? own.id ?? [],
    mode: f.mode ?? config.mode ?? 'auto',
    engine: f.engine ?? config.engine ?? 'profkit',
    max: f.max,
    duration: f.for,
    autoRevert: f['auto-revert'] === true,
    ...(f.concurrency ? { concurrency: f.concurrency } : {}),
    ...(f.scope ? { scope: f.scope } : {}),
    ...(f.clock ? { clock: f.clock } : {}),
    ...(when ? { when } : {}),
    ...(f.python ? { python: f.python } : {}),
  };
}
