export const isSecret = (name: string): boolean => /PASSWORD|SECRET|TOKEN|CREDENTIAL/i.test(name);

/** Secrets and the passwords of URLs are nobody's business. */
export function hidden(name: string, value: string): string {
  if (isSecret(name) && value !== '' && !value.startsWith('$')) return '****';
  return value.replace(/(:\/\/[^:@/\s]*:)[^@/\s]+@/g, '$1****@');
}

/** A line of a local.conf or of a diff, its secrets hidden. */
export function hiddenLine(line: string): string {
  const [, start, name, value] = /^([ +-]?\s*(?:export\s+)?(\w+)\s*=\s*)(.*)$/.exec(line) ?? [];
  return name === undefined ? line : start + hidden(name, value!);
}
