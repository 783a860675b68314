import { apportion } from '../../profile/apportion.js';
import { writeMarshal } from '../../profile/marshal-writer.js';
import { callerNotes } from './estimate-notes.js';
import type { Exported, Subject } from './subject.js';

/** A `.prof` as cProfile writes it, each caller with times: for SnakeViz, tuna, flameprof and all that need these. */
export function cprofile({ stats }: Subject): Exported {
  const apportioned = apportion(stats.columns);
  return { parts: writeMarshal(stats, apportioned.columns), notes: callerNotes(apportioned) };
}
