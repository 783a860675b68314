import { type StackEstimate, THE_REST } from '../../profile/stack-estimate.js';
import type { FunctionName, Stats } from '../../profile/stats.js';

const REST: FunctionName = { file: '', line: 0, name: '[the rest]' };

/** The function of a node of estimated stacks. */
export function functionOf(stats: Stats, id: number): FunctionName {
  return id === THE_REST ? REST : stats.name(id);
}

/** The ids of the functions of a stack, root first. */
export function idsOf({ nodes }: StackEstimate, index: number): number[] {
  const ids: number[] = [];
  for (let at = index; at >= 0; at = nodes[at]!.parent) ids.push(nodes[at]!.id);
  return ids.reverse();
}

/** Does a function have a source file? Those in C have `~` (cProfile) or nothing (profile, eventlet) in its place. */
export function hasFile({ file }: FunctionName): boolean {
  return file !== '' && file !== '~';
}
