import { pythonString } from '../python/locate.js';

/** Every line that profkit puts into a source ends with this and the probe's id. */
const MARKER = '# profkit:';

/**
 * The one line of the edit: loads the probe's runtime by path and lets it wrap the function; where that file is gone
 * or broken, it is nothing at all, so that a removed journal can never keep a service from starting. A name with one
 * pair of brackets is all that Python 3.8 and earlier take as a decorator: hence eval.
 */
export function decoratorLine(probe: string, runtime: string): string {
  const load = "exec('try:exec(compile(open(p).read(),p,\\'exec\\'),n)\\nexcept Exception:pass',{'p':PATH,'n':n})";
  const lambda = `lambda f,n={}:${load}or n.get('wrap',lambda g:g)(f)`.replace('PATH', () => singleQuoted(runtime));
  return `@eval(${pythonString(lambda)})  ${MARKER}${probe}`;
}

function singleQuoted(path: string): string {
  return `'${path.replace(/[\\']/g, (c) => `\\${c}`)}'`;
}
