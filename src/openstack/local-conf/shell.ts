/** What bash knows when it evaluates a line; null where nobody here can say. */
export interface Shell {
  /** A variable's or parameter's value; undefined: it is not set. */
  variable(name: string): string | undefined | null;
  /** What a command prints, without the line feeds at its end. */
  output(command: string): string | null;
  /** The files that match a pattern, sorted; a backslash makes the next character itself; none: the pattern stays as it is. */
  names(pattern: string): readonly string[] | null;
}

/** A shell with some variables of its own on top of another's. */
export function withVariables(shell: Shell, own: Readonly<Record<string, string>>): Shell {
  return { ...shell, variable: (name) => (Object.hasOwn(own, name) ? own[name] : shell.variable(name)) };
}
