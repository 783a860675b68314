import { type Fields, fieldsOf, SidecarError } from './sidecar-fields.js';
import type { FunctionName } from './stats.js';

export { SidecarError };

/** What a probe writes beside a capture; `docs/sidecar.md` says what each field means. Names are those of the file. */
export interface Sidecar {
  readonly format: 1;
  readonly probe: string;
  readonly target: string;
  readonly function: FunctionName;
  readonly profile: string | null;
  readonly active: string | null;
  readonly waits: string | null;
  readonly stacks: { readonly speedscope: string; readonly folded: string } | null;
  readonly ids: readonly string[];
  readonly ids_error: string | null;
  /** The condition that calls were captured on; null where there was none. */
  readonly when: string | null;
  /** Of the request that the call is a part of, and that which it came with from another service. Null where there is none,
   * and in sidecars of an older profkit. */
  readonly request_id: string | null;
  readonly global_request_id: string | null;
  readonly sizes: Readonly<Record<string, number>>;
  readonly started: string;
  readonly wall_seconds: number;
  readonly cpu_seconds: number;
  readonly active_seconds: number | null;
  readonly outcome: 'returned' | 'raised';
  readonly exception: string | null;
  /** The host by its own name; null in sidecars of an older profkit. */
  readonly host: string | null;
  readonly pid: number;
  readonly python: string;
  readonly eventlet: string | null;
  readonly greenlet: string | null;
  readonly engine: (typeof ENGINES)[number];
  readonly scope: (typeof SCOPES)[number] | null;
  readonly clock: (typeof CLOCKS)[number];
  readonly measured: Measured | null;
  readonly cold: boolean;
  readonly calls: Calls;
  readonly errors: readonly string[];
}

/** The calls of the target in its process. */
interface Calls {
  readonly number: number;
  readonly let_pass: number;
  readonly in_flight: number;
  /** Before this one: those that `when` did not hold for, and those of which that could not be told. An older profkit
   * knew of none. */
  readonly when_missed?: number;
  readonly when_undecided?: number;
}

/** What an engine counts beside its profile. */
export interface Measured {
  readonly events: number;
  readonly switches: number;
  readonly greenlets: number;
  readonly threads: number;
  readonly tasks: number;
  readonly unfinished: number;
  readonly overhead_seconds: number;
  /** Of engine `sample` alone. */
  readonly samples?: number;
  readonly missed?: number;
}

const FORMAT = 1;
const ENGINES = ['profkit', 'sample', 'eventlet', 'cprofile', 'yappi'] as const;
const SCOPES = ['tree', 'call', 'process'] as const;
const CLOCKS = ['wall', 'cpu'] as const;

/**
 * Reads a sidecar. Fields that this version does not know are passed over.
 * @throws SidecarError that names the field which is missing or wrong, or says what to do about a newer format.
 */
export function parseSidecar(text: string): Sidecar {
  const fields = fieldsOf(parse(text), '');
  const format = fields.whole('format');
  if (format > FORMAT) {
    throw new SidecarError(
      `it has format ${format}, and this profkit reads format ${FORMAT}: analyse it with the profkit that took the capture, or a newer one`,
    );
  }
  if (format !== FORMAT) throw new SidecarError(`"format" is ${format}, which never was one`);
  const engine = fields.oneOf('engine', ENGINES);
  return {
    format,
    ...identity(fields),
    ...files(fields),
    ...course(fields),
    ...process(fields),
    engine,
    scope: fields.isNull('scope') ? null : fields.oneOf('scope', SCOPES),
    clock: fields.oneOf('clock', CLOCKS),
    measured: fields.isNull('measured') ? null : measured(fields.inner('measured'), engine),
    cold: fields.flag('cold'),
    calls: calls(fields.inner('calls')),
    errors: fields.texts('errors'),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SidecarError('it is not JSON', { cause });
  }
}

/** What an older profkit knew nothing of. */
const lateText = (fields: Fields, name: string): string | null => (fields.has(name) ? fields.textOrNull(name) : null);

function identity(fields: Fields) {
  const key = fields.inner('function');
  return {
    probe: fields.text('probe'),
    target: fields.text('target'),
    function: { file: key.text('file'), line: key.whole('line'), name: key.text('name') },
    ids: fields.texts('ids'),
    ids_error: fields.textOrNull('ids_error'),
    when: lateText(fields, 'when'),
    request_id: lateText(fields, 'request_id'),
    global_request_id: lateText(fields, 'global_request_id'),
    sizes: fields.inner('sizes').allWhole(),
  };
}

/** Only what belongs together is taken: no waits or active rows of a profile that is not there. */
function files(fields: Fields) {
  const stacks = fields.isNull('stacks') ? null : fields.inner('stacks');
  const found = {
    profile: fields.textOrNull('profile'),
    active: fields.textOrNull('active'),
    waits: fields.textOrNull('waits'),
    stacks: stacks && { speedscope: stacks.text('speedscope'), folded: stacks.text('folded') },
  };
  for (const beside of ['active', 'waits'] as const) {
    if (found.profile === null && found[beside] !== null)
      throw new SidecarError(`"${beside}" names a file, and "profile" names none`);
  }
  return found;
}

function course(fields: Fields) {
  return {
    started: fields.text('started'),
    wall_seconds: fields.seconds('wall_seconds'),
    cpu_seconds: fields.seconds('cpu_seconds'),
    active_seconds: fields.isNull('active_seconds') ? null : fields.seconds('active_seconds'),
    outcome: fields.oneOf('outcome', ['returned', 'raised']),
    exception: fields.textOrNull('exception'),
  };
}

function process(fields: Fields) {
  return {
    host: lateText(fields, 'host'),
    pid: fields.whole('pid'),
    python: fields.text('python'),
    eventlet: fields.textOrNull('eventlet'),
    greenlet: fields.textOrNull('greenlet'),
  };
}

function calls(fields: Fields): Calls {
  return {
    number: fields.whole('number'),
    let_pass: fields.whole('let_pass'),
    in_flight: fields.whole('in_flight'),
    ...(fields.has('when_missed') ? { when_missed: fields.whole('when_missed') } : {}),
    ...(fields.has('when_undecided') ? { when_undecided: fields.whole('when_undecided') } : {}),
  };
}

function measured(fields: Fields, engine: Sidecar['engine']): Measured {
  return {
    events: fields.whole('events'),
    switches: fields.whole('switches'),
    greenlets: fields.whole('greenlets'),
    threads: fields.whole('threads'),
    tasks: fields.whole('tasks'),
    unfinished: fields.whole('unfinished'),
    overhead_seconds: fields.seconds('overhead_seconds'),
    ...(engine === 'sample' ? { samples: fields.whole('samples'), missed: fields.whole('missed') } : {}),
  };
}
