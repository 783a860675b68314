/** Edges in the order of their callers: those of caller `i` are `edges[from[i]]` up to `edges[from[i + 1]]`. */
export interface EdgesByCaller {
  readonly edges: Int32Array;
  readonly from: Int32Array;
}

/** @param caller of each edge, less than `callers` */
export function edgesByCaller(caller: Int32Array, callers: number): EdgesByCaller {
  const from = new Int32Array(callers + 1);
  for (const one of caller) from[one + 1]!++;
  for (let i = 0; i < callers; i++) from[i + 1]! += from[i]!;
  const next = from.slice();
  const edges = new Int32Array(caller.length);
  for (let edge = 0; edge < caller.length; edge++) edges[next[caller[edge]!]!++] = edge;
  return { edges, from };
}
