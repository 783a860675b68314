import type { Sidecar } from './sidecar.js';

/** Is that the name of a sidecar? A capture of stacks has another file that ends with .json. */
export const isSidecarName = (name: string): boolean => name.endsWith('.json') && !name.endsWith('.speedscope.json');

/** Is that the name of a profile, and not of its rows less the waits? */
export const isProfileName = (name: string): boolean => name.endsWith('.prof') && !name.endsWith('.active.prof');

/** `NAME` of `NAME.json`; with the folder where there is one. */
export const stemOf = (sidecarName: string): string => sidecarName.replace(/\.json$/, '');

/**
 * What belongs to a capture beside its sidecar, as endings of its name. Which files there are stands in the sidecar; how
 * they are called follows from its own name, for what stands in it was written by the service.
 */
export function captureEndings({ profile, active, waits, stacks }: Sidecar): string[] {
  const endings: string[] = [];
  if (profile !== null) endings.push('.prof');
  if (active !== null) endings.push('.active.prof');
  if (waits !== null) endings.push('.waits.folded');
  if (stacks !== null) endings.push('.speedscope.json', '.folded');
  return endings;
}

/** What a capture is called and read by: its profile, or its sidecar where it has none. */
export const mainEnding = ({ profile }: Pick<Sidecar, 'profile'>): string => (profile === null ? '.json' : '.prof');

/** The call ran, and nothing measured it: `errors` says why. */
export const isUnprofiled = ({ profile, stacks }: Sidecar): boolean => profile === null && stacks === null;
