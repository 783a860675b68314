import type { Finding, Verdict } from './finding.js';

export type Topic = 'Host' | 'OpenStack' | 'Services' | 'Cloud' | 'profkit';

/** A check, and what came of it. */
export interface Examined {
  id: string;
  topic: Topic;
  title: string;
  /** The worst of its findings. */
  verdict: Verdict;
  findings: readonly Finding[];
}

export interface Diagnosis {
  host: string;
  verdict: Verdict;
  counts: Record<Verdict, number>;
  checks: Examined[];
  services: ServiceDiagnosis[];
}

/** What is known of a service, for programs. */
export interface ServiceDiagnosis {
  service: string;
  state: string;
  role: string | null;
  processes: number[];
  python: string | null;
  /** Nova's number. */
  nova: number | null;
  concurrency: { mode: string | null; how: string } | null;
}
