import type { TargetName } from '../python/target.js';

/**
 * Names that a method had in other releases of Nova. Each row is one piece of work, the newest name first; a name that is
 * not there is looked for under the others of its row.
 */
const ROWS: readonly (readonly string[])[] = [
  // the scheduler: the filter scheduler became a part of its manager in Xena (24)
  [
    'nova.scheduler.manager:SchedulerManager.select_destinations',
    'nova.scheduler.filter_scheduler:FilterScheduler.select_destinations',
  ],
  [
    'nova.scheduler.manager:SchedulerManager._select_destinations',
    'nova.scheduler.filter_scheduler:FilterScheduler.select_destinations',
  ],
  ['nova.scheduler.manager:SchedulerManager._schedule', 'nova.scheduler.filter_scheduler:FilterScheduler._schedule'],
  [
    'nova.scheduler.manager:SchedulerManager._get_all_host_states',
    'nova.scheduler.filter_scheduler:FilterScheduler._get_all_host_states',
  ],
  [
    'nova.scheduler.manager:SchedulerManager._get_sorted_hosts',
    'nova.scheduler.filter_scheduler:FilterScheduler._get_sorted_hosts',
  ],
  [
    'nova.scheduler.manager:SchedulerManager._claim_resources',
    'nova.scheduler.filter_scheduler:FilterScheduler._claim_resources',
  ],
  [
    'nova.scheduler.manager:SchedulerManager._consume_selected_host',
    'nova.scheduler.filter_scheduler:FilterScheduler._consume_selected_host',
  ],
  // the database became nova.db.main in the same release
  ['nova.db.main.api:*', 'nova.db.sqlalchemy.api:*'],
];

/** The other names of a target, the newest first; none where it is not known. */
export function aliasesOf({ module, name }: TargetName): TargetName[] {
  const wanted = `${module}:${name}`;
  const others = ROWS.flatMap((row) => {
    const any = row.some((n) => n === `${module}:*`);
    if (!any && !row.includes(wanted)) return [];
    return row.map((n) => (n.endsWith(':*') ? n.replace('*', name) : n)).filter((n) => n !== wanted);
  });
  return [...new Set(others)].map((n) => ({ module: n.split(':')[0]!, name: n.split(':')[1]! }));
}
