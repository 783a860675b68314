const KEY = /passw|passphrase|passcode|^pass$|secret|token|credential|(api|private|access|ssh)[_-]?key/i;

/** A word of a command, or a URL, that holds a secret itself. One that stands for it ($OS_PASSWORD) does not. */
const VALUE =
  /--(os-)?(password|passwd|passcode|token|secret)(=(?!\$)|\s+(?!\$)|$)|(password|passwd|secret|token)=(?=[^\s$])|\b[a-z][\w+.-]*:\/\/[^\s/:@]+:[^\s/@$]+@/i;

/** Is a setting of that name one that would hold a password or its like? */
export const isSecretName = (name: string): boolean => KEY.test(name);

export const holdsSecret = (text: string): boolean => VALUE.test(text);

export const WHY_NO_SECRETS =
  'no secret belongs into this file, which is shared and shown: OpenStack is told by OS_CLOUD and clouds.yaml or by OS_* in the environment, sudo by --ask-sudo, ssh by its keys';
