import type { Topic } from '../../openstack/doctor/diagnosis.js';
import type { Finding } from '../../openstack/doctor/finding.js';
import type { Look } from './look.js';

/** One question that doctor asks. */
export interface Check {
  id: string;
  topic: Topic;
  title: string;
  /** What cannot be looked at may be thrown: it is then skipped, with the reason. */
  run(look: Look): Promise<Finding | readonly Finding[]>;
}
