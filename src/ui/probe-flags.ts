import { boolean, custom, integer, option, string } from '@oclif/core/flags';
import { CLOCKS, type Clock, ENGINE_NAMES, type EngineName, SCOPES, type Scope } from '../probe/engines.js';
import { type AskedMode, MODES } from '../probe/mode.js';
import { duration } from './duration.js';

/** A length of time in seconds: 90s, 15m, 1h. */
export const span = custom<number>({ parse: async (text) => duration(text) });

export const TARGET_HELP =
  'package.module:Class.method, the end of one, path/to/file.py:LINE, or a preset (see profkit targets)';

/** The flags of what is put in: by `patch` and `run` alike. */
export const probeFlags = {
  service: string({
    char: 's',
    multiple: true,
    multipleNonGreedy: true,
    description:
      'service that runs the target (n-sch stands for devstack@n-sch.service); default: those that have loaded it',
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
    default: 'auto',
    description:
      'how it is put in: source, a line above the def; hook, a drop-in of the unit, for code that belongs to a package or cannot be written; live, into running processes of Python 3.14 and later, without a restart; auto, source or hook, whichever fits',
  })(),
  engine: option({
    options: ENGINE_NAMES,
    default: 'profkit',
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
  max: integer({ default: 20, min: 1, description: 'captures after which the probe is a plain call' }),
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
  mode: AskedMode;
  engine: EngineName;
  scope?: Scope | undefined;
  clock?: Clock | undefined;
  max: number;
  for: number;
  'auto-revert'?: boolean | undefined;
  python?: string | undefined;
}

/** The flags as the workflow takes them. */
export const patchOptions = (targets: readonly string[], f: ProbeFlagValues) => ({
  targets,
  services: f.service ?? [],
  ids: f.id ?? [],
  mode: f.mode,
  engine: f.engine,
  max: f.max,
  duration: f.for,
  autoRevert: f['auto-revert'] === true,
  ...(f.scope ? { scope: f.scope } : {}),
  ...(f.clock ? { clock: f.clock } : {}),
  ...(f.when ? { when: f.when } : {}),
  ...(f.python ? { python: f.python } : {}),
});
