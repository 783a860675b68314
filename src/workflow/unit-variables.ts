import { posix } from 'node:path';
import type { FileChange, Host } from '../host/host.js';
import { dropInFolder, dropInPath, dropInText, environmentLine } from '../probe/drop-in.js';

/** A variable that a unit is to start its service with. */
export interface UnitVariable {
  unit: string;
  name: string;
  value: string;
  /** A file of its EnvironmentFile= sets it now. */
  byFile: boolean;
}

/** What of a probe's plan gives units their variables. */
export interface UnitVariables {
  changes: FileChange[];
  /** Files in the probe's folder that the drop-ins name. */
  files: { name: string; data: string }[];
  /** Folders of drop-ins. */
  folders: string[];
  /** The drop-ins in words. */
  shown: string;
}

/**
 * The drop-ins that set variables, one each. Changes nothing.
 * @param folder in the probe's, for what the drop-ins name
 * @param planned paths of drop-ins that the same probe makes besides
 */
export async function unitVariables(
  host: Host,
  wanted: readonly UnitVariable[],
  probe: string,
  folder: string,
  planned: readonly string[] = [],
): Promise<UnitVariables> {
  const others = [...planned, ...(await host.probes()).flatMap((p) => p.files.map((f) => f.path))];
  const all: UnitVariables = { changes: [], files: [], folders: [], shown: '' };
  for (const [n, { unit, name, value, byFile }] of wanted.entries()) {
    const file = `environment-${n + 1}`;
    if (byFile) all.files.push({ name: `${posix.basename(folder)}/${file}`, data: environmentLine(name, value) });
    const text = dropInText(probe, name, value, byFile ? `${folder}/${file}` : undefined);
    const path = dropInPath(unit, probe, others);
    all.changes.push({ path, before: null, after: Buffer.from(text), lines: [] });
    all.folders.push(dropInFolder(unit));
    all.shown += `${path}:\n${text.replace(/^/gm, '+')}`.replace(/\+$/, '');
  }
  return all;
}
