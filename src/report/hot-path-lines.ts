import type { HotNode } from '../profile/hot-path.js';
import { placeOf, shorten } from './table.js';

/** A path that goes down in so many steps without a branch is told by its ends. */
const LONGEST_CHAIN = 3;
const MOST_LINES = 25;

/** The tree from the target down: seconds, share, and calls where they are several; wrappers without a branch are left out. */
export function hotPathLines(roots: readonly HotNode[], width = Number.POSITIVE_INFINITY): string[] {
  const lines = roots.flatMap((root) => nodeLines(root, '', ''));
  if (lines.length <= 1) return [];
  const shown = lines.slice(0, MOST_LINES).map((line) => shorten(line, width));
  return lines.length > shown.length ? [...shown, `   … ${lines.length - shown.length} more`] : shown;
}

function nodeLines(node: HotNode, first: string, rest: string): string[] {
  const { end, skipped } = chainEnd(node);
  const times = node.calls > 1 ? `  ${node.calls}×` : '';
  const shared = node.otherCallers > 0 ? `  (called from elsewhere too: what is below is not told apart)` : '';
  const line = `${figures(node)}  ${first}${placeOf(node.row)}${times}${shared}`;
  const last = end.children.length - 1;
  const via = skipped > 0 ? [`${' '.repeat(15)}${rest}   … ${skipped} more functions, one in the other`] : [];
  const below = end === node ? [] : nodeLines({ ...end, children: end.children }, `${rest}└ `, `${rest}  `);
  if (end !== node) return [line, ...via, ...below];
  return [
    line,
    ...node.children.flatMap((child, i) =>
      nodeLines(child, `${rest}${i === last ? '└ ' : '├ '}`, `${rest}${i === last ? '  ' : '│ '}`),
    ),
  ];
}

/** Down from a node as long as there is but one below, if that is long; else the node itself. */
function chainEnd(node: HotNode): { end: HotNode; skipped: number } {
  let end = node;
  let steps = 0;
  while (end.children.length === 1 && end.children[0]!.calls === node.calls) {
    end = end.children[0]!;
    steps++;
  }
  return steps > LONGEST_CHAIN ? { end, skipped: steps - 1 } : { end: node, skipped: 0 };
}

function figures({ seconds, share }: HotNode): string {
  return `${seconds.toFixed(3).padStart(9)} s ${String(Math.round(share * 100)).padStart(3)} %`;
}
