import { failure } from '../failure.js';

export const MODES = ['auto', 'source', 'hook', 'live'] as const;
/** What can be asked for. */
export type AskedMode = (typeof MODES)[number];
type Mode = Exclude<AskedMode, 'auto'>;

/** What speaks against a way of putting a probe in, in words; undefined where nothing does. */
export interface ModeFacts {
  file: string;
  /** The package that owns the file: an edit would show in `dpkg --verify`, and an upgrade would undo it. */
  package: string | undefined;
  /** Why the file cannot be edited. */
  edit: string | undefined;
  /** Why the service cannot be given a hook. */
  hook: string | undefined;
}

export interface ChosenMode {
  mode: Mode;
  /** Half a sentence: why this one, where it was not asked for. */
  why?: string;
}

/**
 * How a probe is put in. `auto` edits what is somebody's own source and hooks what belongs to a package or cannot be
 * edited; it never chooses `live`, which has to be asked for.
 * @throws Failure HOOK_REFUSED, NO_MODE
 */
export function chooseMode(asked: 'auto' | 'hook', facts: ModeFacts): ChosenMode {
  const { file, package: owner, edit, hook } = facts;
  if (asked === 'hook') {
    if (hook !== undefined) throw failure('HOOK_REFUSED', { why: hook });
    return { mode: 'hook' };
  }
  if (edit === undefined && owner === undefined) return { mode: 'source', why: 'no package owns it' };
  if (hook === undefined) return { mode: 'hook', why: edit ?? `it belongs to the package ${owner}` };
  if (edit === undefined) return { mode: 'source', why: `it belongs to the package ${owner}, but ${hook}` };
  throw failure('NO_MODE', { file, edit, hook });
}
