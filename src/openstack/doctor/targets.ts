import { type Finding, ok, skip, warn } from './finding.js';

/** What came of looking for a preset's target in the interpreter of its services. */
export interface PresetLook {
  name: string;
  /** Why it was not found. */
  why?: string;
  /** It has another name in this release. */
  instead?: string;
}

/** @param absent presets none of whose services runs here */
export function judgePresets(found: readonly PresetLook[], absent: readonly string[]): Finding[] {
  if (found.length === 0) return [skip('none of the services that the presets are for runs here')];
  const fit = found.filter((p) => p.why === undefined);
  const older = fit.filter((p) => p.instead);
  return [
    ...(fit.length > 0 ? [ok(`${fit.map((p) => p.name).join(', ')}: found; profkit run NAME`)] : []),
    ...older.map((p) => ok(`${p.name} is ${p.instead} in this release`)),
    ...found
      .filter((p) => p.why !== undefined)
      .map((p) => warn(`${p.name}: ${p.why}`, 'Look for what it is called here: profkit targets PART-OF-ITS-NAME.')),
    ...(absent.length > 0 ? [skip(`none of their services is here and looked at: ${absent.join(', ')}`)] : []),
  ];
}
