import type { Stack } from './folded.js';
import type { FunctionName } from './stats.js';

/** A function that waited below another, with all it called. Seconds. */
export interface WaitNode {
  readonly frame: FunctionName;
  seconds: number;
  readonly children: Map<string, WaitNode>;
}

export const keyOf = ({ file, line, name }: FunctionName): string => `${file}\0${line}\0${name}`;

/** The stacks below the target, each from its last call of it on, as a tree. Others are roots of their own: not here. */
export function waitTree(stacks: readonly Stack[], target: FunctionName): WaitNode {
  const root: WaitNode = { frame: target, seconds: 0, children: new Map() };
  const key = keyOf(target);
  for (const { frames, seconds } of stacks) {
    const from = frames.findLastIndex((frame) => keyOf(frame) === key);
    if (from < 0) continue;
    root.seconds += seconds;
    let node = root;
    for (const frame of frames.slice(from + 1)) {
      const child = node.children.get(keyOf(frame)) ?? { frame, seconds: 0, children: new Map() };
      node.children.set(keyOf(frame), child);
      child.seconds += seconds;
      node = child;
    }
  }
  return root;
}

/** The most first. */
export const childrenOf = (node: WaitNode): WaitNode[] =>
  [...node.children.values()].sort((a, b) => b.seconds - a.seconds);
