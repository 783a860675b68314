import type { Sidecar } from '../profile/sidecar.js';
import { textLength } from '../profile/text-order.js';

interface Joined {
  host: string;
  file: string;
  sidecar: Pick<Sidecar, 'request_id' | 'started' | 'wall_seconds' | 'target'>;
}

/** The calls of each request, in the order in which they began, by the clocks of their hosts. */
export function joinedLines(captures: readonly Joined[]): string[] {
  if (captures.length === 0) return ['No capture is of that request.'];
  const requests = new Map<string, Joined[]>();
  for (const one of captures) {
    const id = one.sidecar.request_id ?? 'that tells no id of its own';
    requests.set(id, [...(requests.get(id) ?? []), one]);
  }
  return [...requests].flatMap(([id, of], n) => [...(n > 0 ? [''] : []), ...linesOf(id, of)]);
}

function linesOf(request: string, captures: readonly Joined[]): string[] {
  const began = Date.parse(captures[0]!.sidecar.started);
  const rows = captures.map(({ host, file, sidecar: { started, wall_seconds, target } }) => [
    `+${((Date.parse(started) - began) / 1000).toFixed(3)}`,
    wall_seconds.toFixed(3),
    host,
    target,
    file,
  ]);
  const head = ['began', 'seconds', 'host', 'target', 'capture'];
  const widths = head.map((cell, i) => Math.max(...[cell, ...rows.map((row) => row[i]!)].map(textLength)));
  const lines = [head, ...rows].map((cells) =>
    cells
      .map((cell, i) => (i < 2 ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
      .join('  ')
      .trimEnd(),
  );
  const count = captures.length === 1 ? '1 capture' : `${captures.length} captures`;
  return [`The request ${request}: ${count}`, '', ...lines];
}
