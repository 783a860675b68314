import { calleesOf } from './callees.js';
import type { Stats } from './stats.js';
import type { Target } from './target.js';

/** Ids of the target's rows and of all that they lead to, each after one that called it: the nearest first. */
export function below(stats: Stats, target: Target): number[] {
  const callees = calleesOf(stats);
  const order = target.rows.map((row) => row.id);
  const seen = new Set(order);
  for (let i = 0; i < order.length; i++) {
    for (const { callee } of callees[order[i]!]!) {
      if (seen.has(callee)) continue;
      seen.add(callee);
      order.push(callee);
    }
  }
  return order;
}
