/**
 * A variable as a file of EnvironmentFile= sets it, by systemd's grammar: an assignment a line, comments with # or ;,
 * values plain, in single or in double quotes, a backslash before the end of a line joins the next. Of several the last
 * counts; undefined where there is none.
 */
export function readEnvironmentFile(text: string, name: string): string | undefined {
  let found: string | undefined;
  for (const line of text.replace(/\\\r?\n/g, '').split(/\r?\n/)) {
    const [, key, value] = /^\s*([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (key === name) found = unquoted(value!);
  }
  return found;
}

/** Words in quotes and without may stand side by side, as in a shell; outside of quotes blanks belong to the value. */
const unquoted = (value: string): string =>
  value.replace(/'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)/g, (_, single, double, escaped) =>
    single !== undefined ? single : double !== undefined ? double.replace(/\\(["\\`$])/g, '$1') : escaped,
  );
