import type { ServerAction } from './server-actions.js';

/** How a target is made to run. */
export interface Recipe {
  /** `{n}` stands for which call it is, from 1 on; `{server}` for the server that was prepared. */
  argv: readonly string[];
  /** What the command reads. */
  stdin?: string;
  /** How people see it, where the words do not tell. */
  shown?: string;
  /** Makes the server that it is about. */
  prepare?: readonly string[];
  action?: ServerAction;
  /** What the names of all servers begin with that profkit makes by it: they are found by it, and deleted afterwards. */
  name?: string;
  /** Servers of one request: each has captures of its own where the target runs once for each. */
  count: number;
}
