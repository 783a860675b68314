import type { ApplyRequest, FileChange, NewJournal, ProbeTarget } from '../host/host.js';
import type { CheckedLine } from '../python/ask.js';
import type { Located } from '../python/place.js';
import { decoratorLine } from './decorator-line.js';
import { folderOf, type Probed, type ProbeSettings, runtimeFiles, runtimeName } from './runtime-file.js';
import { editSource, unifiedDiff } from './source-edit.js';

export interface ProbePlan {
  located: Located[];
  request: ApplyRequest;
  /** Unified diff of what changes outside of the probe's own folder. */
  diff: string;
}

/** An edit that the service's interpreter has yet to check. */
export interface Unchecked {
  path: string;
  source: Uint8Array;
  edited: Uint8Array;
  lines: CheckedLine[];
}

/** What the journal of a probe says, whatever its mode. */
export function probeJournal(mode: NewJournal['mode'], targets: ProbeTarget[], settings: ProbeSettings): NewJournal {
  const { state: _, when, ...rest } = settings;
  return { format: 2, kind: 'probe', mode, targets, when: when?.text ?? null, ...rest };
}

/**
 * What putting a probe into sources will do, as data: the edited sources, a runtime for each target, the journal.
 * Changes nothing.
 * @param sources by path, the bytes of each `located.file`, whose sha256 is `located.sha256`
 * @param runtime the text that probeRuntime() gives
 */
export function planSourceProbe(
  targets: readonly Probed[],
  sources: ReadonlyMap<string, Uint8Array>,
  settings: ProbeSettings,
  runtime: string,
): ProbePlan & { checks: Unchecked[] } {
  const changes: FileChange[] = [];
  const checks: Unchecked[] = [];
  for (const [path, source] of sources) {
    const lines = targets.flatMap(({ located }, n) =>
      located.file === path
        ? [{ located, decorator: decoratorLine(settings.probe, `${folderOf(settings)}/${runtimeName(n)}`) }]
        : [],
    );
    const edit = editSource(source, lines);
    changes.push(edit.change);
    checks.push({ path, source, edited: edit.change.after, lines: edit.lines });
  }
  const { files, targets: journaled } = runtimeFiles(targets, settings, 'source', runtime);
  return {
    located: targets.map((t) => t.located),
    diff: checks.map((c) => unifiedDiff(c.path, c.source, c.edited)).join('\n'),
    checks,
    request: {
      journal: probeJournal('source', journaled, settings),
      changes,
      files,
      owner: settings.owner,
    },
  };
}
