import { guideOn } from './guide-on.js';
import { NOVA_26 } from './releases.js';

guideOn(NOVA_26);
