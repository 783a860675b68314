import { type Fields, fieldsOf, SidecarError } from './sidecar-fields.js';
import type { FunctionName } from './stats.js';

export { SidecarError };

/** What a probe writes beside a capture; `docs/sidecar.md` says what each field means. Names are those of the file. */
export interface Sidecar {
  readonly format: 1;
  readonly probe: string;
  readonly target: string;
  readonly function: FunctionName;
  readonly profile: string;
  readonly ids: readonly string[];
  readonly ids_error: string | null;
  readonly sizes: Readonly<Record<string, number>>;
  readonly started: string;
  readonly wall_seconds: number;
  readonly cpu_seconds: number;
  readonly outcome: 'returned' | 'raised';
  readonly exception: string | null;
  readonly pid: number;
  readonly python: string;
  readonly eventlet: string | null;
  readonly greenlet: string | null;
  readonly engine: 'eventlet' | 'cprofile';
  readonly clock: 'wall';
  readonly cold: boolean;
  readonly calls: { readonly number: number; readonly let_pass: number; readonly in_flight: number };
  readonly errors: readonly string[];
}

const FORMAT = 1;

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
  return {
    format,
    ...identity(fields),
    ...course(fields),
    ...process(fields),
    engine: fields.oneOf('engine', ['eventlet', 'cprofile']),
    clock: fields.oneOf('clock', ['wall']),
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

function identity(fields: Fields) {
  const key = fields.inner('function');
  return {
    probe: fields.text('probe'),
    target: fields.text('target'),
    function: { file: key.text('file'), line: key.whole('line'), name: key.text('name') },
    profile: fields.text('profile'),
    ids: fields.texts('ids'),
    ids_error: fields.textOrNull('ids_error'),
    sizes: fields.inner('sizes').allWhole(),
  };
}

function course(fields: Fields) {
  return {
    started: fields.text('started'),
    wall_seconds: fields.seconds('wall_seconds'),
    cpu_seconds: fields.seconds('cpu_seconds'),
    outcome: fields.oneOf('outcome', ['returned', 'raised']),
    exception: fields.textOrNull('exception'),
  };
}

function process(fields: Fields) {
  return {
    pid: fields.whole('pid'),
    python: fields.text('python'),
    eventlet: fields.textOrNull('eventlet'),
    greenlet: fields.textOrNull('greenlet'),
  };
}

function calls(fields: Fields): Sidecar['calls'] {
  return { number: fields.whole('number'), let_pass: fields.whole('let_pass'), in_flight: fields.whole('in_flight') };
}
