import { fileURLToPath } from 'node:url';

/** The path of what is written to hosts or run there; the same from src/ and from dist/. */
export function template(name: string): string {
  return fileURLToPath(new URL(`../templates/${name}`, import.meta.url));
}
