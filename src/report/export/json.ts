import type { Columns } from '../../profile/columns.js';
import type { FunctionName } from '../../profile/stats.js';
import type { Exported, Subject } from './subject.js';

/** The whole profile as data, as it was read: docs/export.md says what stands where. */
export function json(subject: Subject): Exported {
  return { parts: lines(subject), notes: [] };
}

function* lines({ name, stats }: Subject): Generator<string> {
  const { calls, primitiveCalls, seconds } = stats.totals;
  const head = { format: 1, name, totals: { ncalls: calls, primitive: primitiveCalls, tottime: seconds } };
  yield `${JSON.stringify(head).slice(0, -1)},\n"functions": [`;
  const rows = stats.columns.nc.length;
  for (let id = 0; id < rows; id++) {
    yield `${id === 0 ? '' : ','}\n${JSON.stringify({ ...named(stats.name(id)), ...figures(stats.columns, id) })}`;
  }
  yield '\n],\n"outside": [';
  for (let id = rows; id < stats.names.length; id++) {
    yield `${id === rows ? '' : ','}\n${JSON.stringify(named(stats.name(id)))}`;
  }
  yield '\n]}\n';
}

const named = ({ file, line, name }: FunctionName) => ({ file, line, name });

function figures({ nc, cc, tt, ct, edgeFrom, caller, edgeNc, times }: Columns, id: number) {
  const callers = [];
  for (let edge = edgeFrom[id]!; edge < edgeFrom[id + 1]!; edge++) {
    const isTimed = times !== undefined && !Number.isNaN(times.ct[edge]!);
    callers.push({
      function: caller[edge],
      ncalls: edgeNc[edge],
      ...(isTimed ? { primitive: times.cc[edge], tottime: times.tt[edge], cumtime: times.ct[edge] } : {}),
    });
  }
  return { ncalls: nc[id], primitive: cc[id], tottime: tt[id], cumtime: ct[id], callers };
}
