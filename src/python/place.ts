/** Why a function of that name is not where the work is done. */
type Stub = 'abstract' | 'rpc' | 'proxy';

/** A definition, as templates/locate/ describes it. */
export interface Place {
  /** Qualified: `Class.method`. */
  name: string;
  /** Of the word `def`, 1-based. */
  line: number;
  column: number;
  /** How a call of it runs: function, generator, coroutine, asynchronous generator; or class. */
  kind: string;
  /** What it is in its class: method, static method, class method, property, setter, …; or function. */
  role: string;
  arguments: string[];
  /** It takes any other by name too. */
  any: boolean;
  /** `(self, context, limits=None)`. */
  signature: string;
  stub: Stub | null;
  /** Why no line can stand above it. */
  blocked: string | null;
}

/** One that a search has found. */
export interface Candidate extends Place {
  module: string;
  file: string;
  /** 0: its name ends so; 1: but for underscores in front; 2: it has the text in its name, or is in a class or module of that name. */
  fit: number;
  /** It stands among tests. */
  test: boolean;
}

export interface Located extends Place {
  /** `module:Class.method`, in full. */
  target: string;
  module: string;
  file: string;
  sha256: string;
  /** Version of the interpreter that answered. */
  python: string;
  /** What a user should know of how it was found, a sentence each. */
  notes: string[];
}
