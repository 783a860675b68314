import type { HttpRequest } from './http-request.js';
import type { TriggerName } from './server-actions.js';

/** A command that makes a target run, found out on the host. */
export type PresetTrigger =
  /**
   * A server without a network, of the first image and the smallest flavor, or that and then something done to it; deleted
   * afterwards.
   */
  | { kind: TriggerName }
  /** Words of the client, behind `openstack`. */
  | { kind: 'client'; words: readonly string[] }
  | { kind: 'http'; request: HttpRequest }
  /** It runs by itself, at least once in so many seconds. */
  | { kind: 'wait'; seconds: number };

/** A question that is often asked of OpenStack, with all that is needed to answer it. */
export interface Preset {
  name: string;
  /** What it answers. */
  about: string;
  /** Under its newest name; aliases lead to older ones. */
  target: string;
  /** Units that may run it, as patterns of systemd; those that are there are taken. */
  units: readonly string[];
  /** --id, where a call knows whom it is for. */
  ids: string | null;
  /** null: it takes a command of the user's. */
  trigger: PresetTrigger | null;
}

const SCHEDULER = ['devstack@n-sch.service', 'nova-scheduler.service'];
const CONDUCTOR = ['devstack@n-super-cond.service', 'devstack@n-cond*.service', 'nova-conductor.service'];
const COMPUTE = ['devstack@n-cpu.service', 'devstack@n-cpu-*.service', 'nova-compute.service'];
const API = ['devstack@n-api.service', 'nova-api.service'];
const PLACEMENT = ['devstack@placement-api.service', 'placement-api.service'];
const NEUTRON = [
  'devstack@neutron-api.service',
  'devstack@q-svc.service',
  'neutron-api.service',
  'neutron-server.service',
];
const CREATE = { kind: 'create' } as const;
const client = (...words: string[]) => ({ kind: 'client', words }) as const;

export const PRESETS: readonly Preset[] = [
  {
    name: 'scheduler',
    about: 'why choosing hosts for a new server takes long',
    target: 'nova.scheduler.manager:SchedulerManager.select_destinations',
    units: SCHEDULER,
    ids: 'instance_uuids',
    trigger: CREATE,
  },
  {
    name: 'scheduler-host-states',
    about: 'what the scheduler reads of the hosts it chooses among',
    target: 'nova.scheduler.manager:SchedulerManager._get_all_host_states',
    units: SCHEDULER,
    ids: 'spec_obj.instance_uuid',
    trigger: CREATE,
  },
  {
    name: 'conductor-build',
    about: 'what the conductor does of a server create, the scheduler among it',
    target: 'nova.conductor.manager:ComputeTaskManager.schedule_and_build_instances',
    units: CONDUCTOR,
    ids: 'request_specs[0].instance_uuid',
    trigger: CREATE,
  },
  {
    name: 'compute-build',
    about: 'what a compute does to build a server (build_and_run_instance only hands off)',
    target: 'nova.compute.manager:ComputeManager._do_build_and_run_instance',
    units: COMPUTE,
    ids: 'instance.uuid',
    trigger: CREATE,
  },
  {
    name: 'conductor-resize',
    about: 'what the conductor does of a resize, the scheduler among it',
    target: 'nova.conductor.manager:ComputeTaskManager.migrate_server',
    units: CONDUCTOR,
    ids: 'instance.uuid',
    trigger: { kind: 'resize' },
  },
  {
    name: 'conductor-live-migrate',
    about: 'what the conductor does of a live migration before the computes take over',
    target: 'nova.conductor.manager:ComputeTaskManager.live_migrate_instance',
    units: CONDUCTOR,
    ids: 'instance.uuid',
    trigger: { kind: 'live-migrate' },
  },
  {
    name: 'compute-reboot',
    about: 'what a compute does to reboot a server',
    target: 'nova.compute.manager:ComputeManager.reboot_instance',
    units: COMPUTE,
    ids: 'instance.uuid',
    trigger: { kind: 'reboot' },
  },
  {
    name: 'compute-resize',
    about: 'what the compute that a server is on does to resize it',
    target: 'nova.compute.manager:ComputeManager.resize_instance',
    units: COMPUTE,
    ids: 'instance.uuid',
    trigger: { kind: 'resize' },
  },
  {
    name: 'compute-live-migrate',
    about: 'what the compute that a server is on does to migrate it',
    target: 'nova.compute.manager:ComputeManager._do_live_migration',
    units: COMPUTE,
    ids: 'instance.uuid',
    trigger: { kind: 'live-migrate' },
  },
  {
    name: 'compute-claim',
    about: 'what claiming the resources of a new server costs a compute',
    target: 'nova.compute.resource_tracker:ResourceTracker.instance_claim',
    units: COMPUTE,
    ids: 'instance.uuid',
    trigger: CREATE,
  },
  {
    name: 'resource-tracker',
    about: "what a compute's periodic report of its resources costs",
    target: 'nova.compute.resource_tracker:ResourceTracker.update_available_resource',
    units: COMPUTE,
    ids: 'nodename',
    trigger: { kind: 'wait', seconds: 70 },
  },
  {
    name: 'api-create',
    about: 'what the API does before it answers a server create',
    target: 'nova.compute.api:API.create',
    units: API,
    ids: null,
    trigger: CREATE,
  },
  {
    name: 'api-list',
    about: 'why listing servers takes long',
    target: 'nova.compute.api:API.get_all',
    units: API,
    ids: null,
    trigger: client('server', 'list', '--all-projects'),
  },
  {
    name: 'placement-candidates',
    about: 'how placement finds candidates for a new server',
    target: 'placement.objects.allocation_candidate:AllocationCandidates.get_by_requests',
    units: PLACEMENT,
    ids: null,
    trigger: CREATE,
  },
  {
    name: 'placement-claim',
    about: 'what writing allocations costs placement',
    target: 'placement.objects.allocation:replace_all',
    units: PLACEMENT,
    ids: 'alloc_list[0].consumer.uuid',
    trigger: CREATE,
  },
  {
    name: 'neutron-port-create',
    about: 'why making a port takes long',
    target: 'neutron.plugins.ml2.plugin:Ml2Plugin.create_port',
    units: NEUTRON,
    ids: 'port.port.device_id',
    trigger: null,
  },
  {
    name: 'keystone-token',
    about: 'what issuing a token costs keystone',
    target: 'keystone.token.provider:Manager.issue_token',
    units: ['devstack@keystone.service', 'keystone.service'],
    ids: null,
    trigger: client('token', 'issue'),
  },
  {
    name: 'glance-list',
    about: 'why listing images takes long',
    target: 'glance.api.v2.images:ImagesController.index',
    units: ['devstack@g-api.service', 'glance-api.service'],
    ids: null,
    trigger: client('image', 'list'),
  },
];

/** A name without dot and colon can be a preset's; a target in full never is one. */
export const presetOf = (name: string): Preset | undefined => PRESETS.find((p) => p.name === name);
