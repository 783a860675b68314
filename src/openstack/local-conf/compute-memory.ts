/** What a fake nova-compute takes, in bytes: measured on Nova 26 to 34. */
const EACH = { least: 100e6, most: 150e6 };
/** The rest of a devstack without Cinder and Horizon: database, RabbitMQ, APIs, and what builds them. */
const REST = 4e9;

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(bytes < 9.95e9 ? 1 : 0)} GB`;

/** How many fake computes a host of that memory can carry. */
const computesThatFit = (memory: number): number => Math.max(1, Math.floor((memory - REST) / EACH.most));

/** A warning where a host has not the memory, in bytes, for so many fake computes. */
export function memoryWarning(computes: number, memory: number): string | undefined {
  const fit = computesThatFit(memory);
  if (computes <= fit) return undefined;
  const range = `${gigabytes(computes * EACH.least)} to ${gigabytes(computes * EACH.most)}`;
  return `${computes} fake computes take ${range} beside the 4 GB of the rest, and this host has ${gigabytes(memory)}: up to ${fit} fit`;
}
