import { createPatch } from 'diff';
import type { ApplyRequest, NewJournal } from '../host/host.js';
import { insertLine } from '../python/edit.js';
import { type Located, pythonString } from '../python/locate.js';
import { decoratorLine } from './decorator-line.js';

export interface ProbeSettings extends Omit<NewJournal, 'format' | 'kind' | 'mode' | 'targets' | 'when'> {
  /** The --id expression. */
  ids: string | null;
  /** Folder of the journal on the host. */
  state: string;
}

export interface ProbePlan {
  located: Located;
  request: ApplyRequest;
  /** Unified diff of the edit. */
  diff: string;
}

const PLACEHOLDER = /^SETTINGS = .*$/m;

/**
 * What putting a probe in will do, as data: the edited source, the runtime filled in, the journal. Changes nothing.
 * @param source the bytes of located.file, whose sha256 is located.sha256
 * @param runtime the text that probeRuntime() gives
 */
export function planProbe(located: Located, source: Uint8Array, settings: ProbeSettings, runtime: string): ProbePlan {
  const { state, ids, ...journal } = settings;
  const directory = `${state}/probes/${settings.probe}`;
  const { edited, line } = insertLine(source, located.line, decoratorLine(settings.probe, `${directory}/probe.py`));
  const fill = {
    format: 1,
    probe: settings.probe,
    target: located.target,
    directory,
    ids,
    engine: settings.engine,
    scope: settings.scope,
    clock: settings.clock,
    max: settings.max,
    until: settings.until,
    function_file: located.file,
  };
  return {
    located,
    diff: unifiedDiff(located.file, source, edited),
    request: {
      journal: {
        format: 2,
        kind: 'probe',
        mode: 'source',
        targets: [{ target: located.target, runtime: 'probe.py', ids }],
        when: null,
        ...journal,
      },
      changes: [{ path: located.file, before: located.sha256, after: edited, lines: [line] }],
      files: [
        {
          name: 'probe.py',
          data: runtime.replace(PLACEHOLDER, () => `SETTINGS = json.loads(${pythonString(JSON.stringify(fill))})`),
        },
      ],
      owner: settings.owner,
    },
  };
}

function unifiedDiff(file: string, before: Uint8Array, after: Uint8Array): string {
  const text = (b: Uint8Array) => Buffer.from(b).toString('utf8');
  return createPatch(file.replace(/^\//, ''), text(before), text(after), '', '', { context: 3 })
    .split('\n')
    .slice(2)
    .map((l) => l.replace(/^--- (.*?)\t?$/, '--- a/$1').replace(/^\+\+\+ (.*?)\t?$/, '+++ b/$1'))
    .join('\n');
}
