import { fileURLToPath } from 'node:url';

/** The path of what is written to hosts or run there; the same from src/ and from dist/. */
export function template(name: string): string {
  return packaged(`templates/${name}`);
}

/** The path of something that ships in the package. */
export function packaged(name: string): string {
  return fileURLToPath(new URL(`../${name}`, import.meta.url));
}
