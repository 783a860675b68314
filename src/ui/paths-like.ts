import { readdirSync } from 'node:fs';

/** Profiles and folders whose path begins so, for completion. */
export function pathsLike(start: string): string[] {
  const folder = start.slice(0, start.lastIndexOf('/') + 1);
  const name = start.slice(folder.length);
  try {
    return readdirSync(folder || '.', { withFileTypes: true })
      .filter((one) => one.name.startsWith(name) && (name !== '' || !one.name.startsWith('.')))
      .map((one) => folder + one.name + (one.isDirectory() ? '/' : ''));
  } catch {
    return [];
  }
}
