/** Where systemd looks for a unit's runtime drop-ins: gone at the next boot. */
export const dropInFolder = (unit: string): string => `/run/systemd/system/${unit}.d`;

const DROP_IN = /\/profkit-(\d+)-[a-z0-9]+\.conf$/;

/**
 * The name of a probe's drop-in for a unit. systemd reads drop-ins by name, and of several that set a variable the last
 * counts: so a later probe's name comes after those of the earlier ones, whose hooks it names too.
 * @param others paths of the drop-ins of all probes
 */
export function dropInPath(unit: string, probe: string, others: readonly string[]): string {
  const folder = dropInFolder(unit);
  const numbers = others.filter((o) => o.startsWith(`${folder}/`)).map((o) => Number(DROP_IN.exec(o)?.[1] ?? 0));
  return `${folder}/profkit-${String(Math.max(0, ...numbers) + 1).padStart(3, '0')}-${probe}.conf`;
}

/**
 * What a drop-in says that sets a variable.
 * @param environment path of an EnvironmentFile of ours, where the unit sets it by such a file: those come after every
 *   Environment=
 */
export function dropInText(probe: string, name: string, value: string, environment?: string): string {
  const line = environment
    ? `EnvironmentFile=-${specifierFree(environment)}`
    : `Environment="${name}=${specifierFree(value).replace(/[\\"]/g, (c) => `\\${c}`)}"`;
  return `# Of the probe ${probe} of profkit, and gone at the next boot; profkit revert ${probe} takes it out.\n[Service]\n${line}\n`;
}

/** A line of such a file. */
export const environmentLine = (name: string, value: string): string =>
  `${name}="${value.replace(/[\\"`$]/g, '\\$&')}"\n`;

const specifierFree = (text: string): string => text.replaceAll('%', '%%');
