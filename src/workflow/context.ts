import type { Host } from '../host/host.js';
import type { CommandServices } from '../service/find-service.js';
import type { Interruption } from '../ui/interruption.js';
import type { Progress } from '../ui/progress.js';

/** What every workflow is given. */
export interface Context {
  host: Host;
  progress: Progress;
  interruption: Interruption;
  /** The services of profkit.yaml. */
  services: CommandServices;
  /** Folder that captures are brought to, below it one a probe. */
  captures: string;
}
