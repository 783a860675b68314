import type { Sidecar } from './sidecar.js';

/** What captures of one request have in common. */
export interface Request {
  /** Of the request, and of that which it came with from another service. */
  requests: readonly string[];
  /** What the call was about, such as the ids of servers: where a call knows no request. */
  ids: readonly string[];
}

const requestsOf = (one: Sidecar): string[] =>
  [one.request_id, one.global_request_id].filter((id): id is string => id !== null);

export const requestOf = (one: Sidecar): Request => ({ requests: requestsOf(one), ids: one.ids });

/** Is a capture of that request? By the ids of requests where both have any, else by what they are about. */
export function isOfRequest(one: Sidecar, { requests, ids }: Request): boolean {
  const own = requestsOf(one);
  if (own.length > 0 && requests.length > 0) return own.some((id) => requests.includes(id));
  return one.ids.some((id) => ids.includes(id));
}
