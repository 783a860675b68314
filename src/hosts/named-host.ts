/** A host among others: how it is called, and how it is reached. */
export interface NamedHost {
  /** In tables, before lines of progress, as a key of JSON. */
  name: string;
  /** As ssh is told it; undefined: this machine. */
  ssh: string | undefined;
  /** Words that ssh is given before it, such as `-o User=stack`. */
  options?: readonly string[];
}
