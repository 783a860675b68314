import type { NewJournal, ProbeTarget } from '../host/host.js';
import { pythonString } from '../python/ask.js';
import type { Located } from '../python/place.js';
import type { Expression } from './expression.js';

/** What of a journal the planner is told; the rest follows from the targets. */
export interface ProbeSettings extends Omit<NewJournal, 'format' | 'kind' | 'mode' | 'targets' | 'when'> {
  /** Folder of the journal on the host. */
  state: string;
  when: Expression | null;
}

/** A target, and what names its captures. */
export interface Probed {
  located: Located;
  ids: Expression | null;
}

const PLACEHOLDER = /^SETTINGS = .*$/m;

/** Folder of a probe on the host. */
export const folderOf = (settings: Pick<ProbeSettings, 'state' | 'probe'>): string =>
  `${settings.state}/probes/${settings.probe}`;

/** Name of the runtime of a probe's n-th target, from 0, in the probe's folder. */
export const runtimeName = (n: number): string => (n === 0 ? 'probe.py' : `probe-${n + 1}.py`);

/**
 * The runtime of each target, filled in, and what the journal says of them.
 * @param runtime the text that probeRuntime() gives
 */
export function runtimeFiles(
  targets: readonly Probed[],
  settings: ProbeSettings,
  mode: NewJournal['mode'],
  runtime: string,
): { files: { name: string; data: string }[]; targets: ProbeTarget[] } {
  const fill = ({ located, ids }: Probed, n: number) => ({
    format: 2,
    probe: settings.probe,
    target: located.target,
    runtime: runtimeName(n),
    directory: folderOf(settings),
    ids,
    when: settings.when,
    engine: settings.engine,
    scope: settings.scope,
    clock: settings.clock,
    max: settings.max,
    until: settings.until,
    function_file: located.file,
    mode,
  });
  return {
    files: targets.map((t, n) => ({
      name: runtimeName(n),
      data: runtime.replace(PLACEHOLDER, () => `SETTINGS = json.loads(${pythonString(JSON.stringify(fill(t, n)))})`),
    })),
    targets: targets.map((t, n) => ({
      target: t.located.target,
      runtime: runtimeName(n),
      ids: t.ids?.text ?? null,
    })),
  };
}
