export { Inbox } from './inbox';
export { type Case, case_query } from './queries';
export type { Place } from './place';
