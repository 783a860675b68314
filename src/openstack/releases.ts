/** Nova's releases by their number, as `nova-manage --version` begins. */
const NAMES: Record<number, string> = {
  20: 'Train',
  21: 'Ussuri',
  22: 'Victoria',
  23: 'Wallaby',
  24: 'Xena',
  25: 'Yoga',
  26: 'Zed',
  27: '2023.1 Antelope',
  28: '2023.2 Bobcat',
  29: '2024.1 Caracal',
  30: '2024.2 Dalmatian',
  31: '2025.1 Epoxy',
  32: '2025.2 Flamingo',
  33: '2026.1 Gazpacho',
  34: '2026.2 Hibiscus',
};

/** The releases that profkit was made for. */
export const KNOWN = { first: 20, last: 34 } as const;

/** 26 of `26.2.2`, `26.3.0.dev12` or Debian's `2:26.2.2-1`; undefined where it is no such version. */
export function releaseNumber(version: string | null | undefined): number | undefined {
  const number = /^(?:\d+:)?(\d+)\./.exec(version ?? '')?.[1];
  return number === undefined ? undefined : Number(number);
}

/** `Nova 26 (Zed)`. */
export const releaseName = (number: number): string =>
  `Nova ${number}${NAMES[number] === undefined ? '' : ` (${NAMES[number]})`}`;
