/** The file is Python's marshal format, but what it holds is not a profile. */
export class StatsError extends Error {
  override readonly name = 'StatsError';
}
